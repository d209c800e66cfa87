"""The policy as a table for the documents: which role does what."""

from __future__ import annotations

from api.policy import ACTS, SCOPES, Act
from registry.nouns import Role


def roles_table() -> str:
    """Acts by roles, as Markdown: ● does it, ○ with its own alone."""
    roles = [role for role in Role if ACTS[role]]
    lines = [f"| act | {' | '.join(roles)} |", f"|---{'|---' * len(roles)}|"]
    for act in Act:
        marks = ((("○" if role in SCOPES else "●") if act in ACTS[role] else "") for role in roles)
        lines.append(f"| `{act}` | {' | '.join(marks)} |")
    return "\n".join(lines)

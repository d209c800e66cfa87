"""What goes over the wire about inbound hooks."""

from __future__ import annotations

from typing import Any

import msgspec

from api.times import TimeText, text_of
from store.repositories.hooks import Hook


class HookView(msgspec.Struct, frozen=True, kw_only=True):
    """An inbound hook, without its secret."""

    id: str
    key: str
    version: int
    name: str
    mapping: dict[str, Any]
    kind: str
    customer: str | None
    zone: str | None
    resolves: str
    """`comment`: a report that it is over is noted; `resolve`: it also resolves the ticket."""
    disabled: str | None
    created: TimeText
    created_by: str


class IssuedHookView(HookView, frozen=True, kw_only=True):
    """A hook with its new secret, which is shown here and nowhere else."""

    secret: str


class ReportedView(msgspec.Struct, frozen=True):
    """What a report did."""

    did: str
    """opened, commented, resolved, repeated (the same message came before), ignored (over, and nobody works on it)"""
    ticket: str | None


def hook_view(hook: Hook) -> HookView:
    """A hook."""
    return HookView(**_fields(hook))


def issued_view(hook: Hook, secret: str) -> IssuedHookView:
    """A hook and its new secret."""
    return IssuedHookView(**_fields(hook), secret=secret)


def _fields(hook: Hook) -> dict[str, Any]:
    return {
        "id": hook.id, "key": hook.key, "version": hook.version, "name": hook.name, "mapping": hook.mapping,
        "kind": hook.kind, "customer": hook.customer, "zone": hook.zone, "resolves": hook.resolves,
        "disabled": hook.disabled, "created": text_of(hook.created_us), "created_by": hook.created_by,
    }  # fmt: skip

"""What the API tells of users, of oneself, and of sessions."""

from __future__ import annotations

import msgspec

from api.times import TimeText


class MeView(msgspec.Struct, frozen=True):
    """Who asks, and what that may do."""

    name: str
    """As it stands in the history: `person:<key>` or `key:<id>`."""
    person: str | None
    """Key of the person, where it is known."""
    person_name: str
    language: str
    """`en` or `zh`; "" if no person is known."""
    role: str
    customer: str | None
    gateway: str | None
    site: str | None
    carrier: str | None
    """Whose things alone it sees, if the role is bound to its own."""
    session: str | None
    """Id of the session; None with a key."""
    acts: list[str]
    """What it may do at all (`x-keepwell-act` of the operations)."""
    newest: int | None
    """Number of the newest event: a stream after it misses nothing of what changes from here on; None for who sees only its own."""


class SessionView(msgspec.Struct, frozen=True):
    """A session that is open."""

    id: str
    current: bool
    """The one that asks."""
    created: TimeText
    last_seen: TimeText
    expires: TimeText
    """At the latest; unused for 12 hours it is over before."""
    agent: str


class UserView(msgspec.Struct, frozen=True):
    """A user account."""

    person: str
    name: str
    role: str
    customer: str | None
    site: str | None
    carrier: str | None
    state: str
    """`active`, `disabled`, `invited` (no password yet, an invitation is open) or `without` (neither)."""
    created: TimeText
    password_set: TimeText | None
    invited_until: TimeText | None
    disabled: TimeText | None
    locked_until: TimeText | None
    """After wrong passwords."""


class InvitationView(msgspec.Struct, frozen=True):
    """An invitation, which is shown this once."""

    user: UserView
    token: str
    link: str
    """Where the person chooses a password; "" if this installation does not know its own address."""
    until: TimeText

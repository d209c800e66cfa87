"""Who may publish and read what at the embedded broker: each gateway below its own name, and what mappings grant it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from keepwell.broker_topics import grantable, subjects_of

INGEST, API, PROBE, ANONYMOUS = "keepwell-ingest", "keepwell-api", "keepwell-probe", "keepwell-anonymous"
INTERNAL_USERS = (INGEST, API, PROBE)
_GATEWAY = re.compile(r"(?!keepwell(-|$))[A-Za-z0-9_-]{1,64}")
_HASH = re.compile(r"\$2b\$\d\d\$[./A-Za-z0-9]{53}")
_NOTHING = {"deny": [">"]}


class UnusableUserError(ValueError):
    """A gateway whose name or hash the broker must not be given."""


@dataclass(frozen=True, slots=True)
class Rights:
    """Who gets in, and what they may do beyond their own topics."""

    gateways: Mapping[str, str] = field(default_factory=dict)
    """Gateway → bcrypt hash of its secret."""
    extra: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Gateway → topic filters below which it may publish, too."""
    read: Sequence[str] = ()
    """Topic filters that Keepwell reads beside its own."""
    replies: Sequence[str] = ()
    """Topic filters on which Keepwell answers what gateways ask: those with topics of mappings read them."""
    barred: Sequence[str] = ()
    """Gateways that were let in once and are not any more: nobody may speak in their name."""
    anonymous: bool = True
    """Whether a broker on loopback lets in whoever gives no name. He may not speak in the name of any of these gateways."""


def check_rights(rights: Rights) -> None:
    """Refuse names that could reach beyond their own topics, and passwords that are not hashed.

    Raises:
        UnusableUserError: names the gateway, never the hash.
    """
    for gateway, password in rights.gateways.items():
        if not _GATEWAY.fullmatch(gateway):
            raise UnusableUserError(f"no gateway can be called {gateway!r}")
        if not _HASH.fullmatch(password):
            raise UnusableUserError(f"the password of {gateway!r} is not a bcrypt hash")


def internal_users(rights: Rights, secrets: Mapping[str, str]) -> list[dict[str, object]]:
    """Keepwell's own users. The API submits refused messages again, in the name of their gateways, and imports."""
    reads = ["keepwell.v1.>", *_subjects(rights.read)]
    written = [f"keepwell.v1.*.{leaf}" for leaf in ("alarm", "telemetry", "import")]
    may = {INGEST: ([], reads), API: ([*written, *_subjects([*rights.read, *rights.replies])], reads)}
    return [_user(name, secrets[name], *may.get(name, ([], []))) for name in INTERNAL_USERS]


def gateway_users(rights: Rights) -> list[dict[str, object]]:
    """The gateways that get in."""
    return [
        _user(gateway, password, _own(gateway, rights), _read_by(gateway, rights))
        for gateway, password in sorted(rights.gateways.items())
    ]


def anonymous_user(rights: Rights, secrets: Mapping[str, str]) -> dict[str, object]:
    """Whoever gives no name. He reads only while there is nobody to read from."""
    everything = [*_telemetry_of("*"), *_subjects(rights.read)]
    known = sorted({*rights.gateways, *rights.barred})
    taken = [subject for gateway in known for subject in _own(gateway, rights)]
    reads = _subjects(rights.replies) if known else ["keepwell.v1.>", *_subjects(rights.replies)]
    return _user(ANONYMOUS, secrets[ANONYMOUS], everything, reads, taken)


def _read_by(gateway: str, rights: Rights) -> list[str]:
    replies = _subjects(rights.replies) if rights.extra.get(gateway) else []
    return [f"keepwell.v1.{gateway}.alarm", *replies]


def _own(gateway: str, rights: Rights) -> list[str]:
    granted = (topics for topics in rights.extra.get(gateway, ()) if grantable(topics))
    return [*_telemetry_of(gateway), *_subjects(granted)]


def _telemetry_of(gateway: str) -> list[str]:
    return [f"keepwell.v1.{gateway}.telemetry", f"keepwell.v1.{gateway}.status"]


def _subjects(filters: Iterable[str]) -> list[str]:
    return sorted({subject for topics in filters for subject in subjects_of(topics)})


def _user(
    name: str, password: str, publish: list[str], subscribe: list[str], never: Sequence[str] = ()
) -> dict[str, object]:
    """A user of MQTT and of nothing else. QoS 1 messages reach a reader through subjects below $MQTT.sub."""
    publishing = {"allow": publish} if publish else _NOTHING
    return {
        "user": name,
        "password": password,
        "allowed_connection_types": ["MQTT"],
        "permissions": {
            "publish": publishing | ({"deny": list(never)} if never else {}),
            "subscribe": {"allow": [*subscribe, "$MQTT.sub.>"]} if subscribe else _NOTHING,
        },
    }

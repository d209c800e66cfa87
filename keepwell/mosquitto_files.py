"""Files for Mosquitto, `acl` and `password`: who gets in, and who may publish and read what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ingest.broker_url import BrokerUrl
from keepwell.broker_folder import write_private
from keepwell.broker_rights import Rights
from keepwell.broker_topics import grantable
from store.gateway_secrets import hashes_of, is_hash_of

KEEPWELL = "keepwell"
"""Keepwell's own user, if nothing else is said."""
_HEAD = """\
# Written by Keepwell at every change of a credential; do not edit. Mosquitto reads it again on SIGHUP.
# A gateway's user name is its id, so it can speak only below its own name.
"""
_OWN = ("readwrite {}/telemetry", "read {}/status", "readwrite {}/alarm", "readwrite {}/import")
_PATTERNS = """
pattern write keepwell/v1/%u/telemetry
pattern write keepwell/v1/%u/status
pattern read keepwell/v1/%u/alarm
"""


def acl(rights: Rights, own: str = KEEPWELL) -> str:
    """The file of rights; `own` is the user that Keepwell itself comes as."""
    lines = [_HEAD, f"user {own}"]
    lines += [f"topic {right.format('keepwell/v1/+')}" for right in _OWN]
    lines += [f"topic readwrite {topics}" for topics in rights.read]
    lines += [f"topic write {topics}" for topics in rights.replies]
    for gateway, topics in sorted(rights.extra.items()):
        lines += _granted(gateway, topics, rights.replies) if gateway in rights.gateways else []
    return "\n".join(lines) + "\n" + _PATTERNS


def _granted(gateway: str, topics: Sequence[str], replies: Sequence[str]) -> list[str]:
    granted = [f"topic write {one}" for one in topics if grantable(one)]
    granted += [f"topic read {one}" for one in replies] if granted else []
    return ["", f"user {gateway}", *granted] if granted else []


def passwords(hashes: Mapping[str, str]) -> str:
    """The file of passwords: user → hash."""
    return "".join(f"{user}:{hashed}\n" for user, hashed in sorted(hashes.items()))


def write(folder: Path, rights: Rights, hashes: Mapping[str, str], own: BrokerUrl | None = None) -> bool:
    """Write both files where they differ from what is there, `acl` first; whether anything was written.

    Args:
        folder: Made if it is not there.
        rights: What gateways may do.
        hashes: Gateway → hash of its secret.
        own: As whom Keepwell comes: it gets the rights, and a password if it has one here.

    Raises:
        OSError: they cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    user = own.user if own and own.user else KEEPWELL
    everybody = {name: hashed for name, hashed in hashes.items() if name != user}
    if own and own.password:
        everybody[user] = _own_hash(folder / "password", user, own.password)
    wanted = {"acl": acl(rights, user), "password": passwords(everybody)}
    stale = [name for name, text in wanted.items() if _read(folder / name) != text]
    mode = 0o600 | (folder.stat().st_mode & 0o040)  # the group may read what it may look into
    for name in stale:
        write_private(folder / name, wanted[name], mode)
    return bool(stale)


def _own_hash(path: Path, user: str, secret: str) -> str:
    """The hash that stands there if it is still right: another salt would be a change for nothing."""
    for line in (_read(path) or "").splitlines():
        name, _, known = line.partition(":")
        if name == user and is_hash_of(known, secret):
            return known
    return hashes_of(secret).pbkdf2


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None

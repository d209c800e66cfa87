"""Signatures of Standard Webhooks: `v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping

from store.signing_secrets import key_of

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE_S = 300
"""How far a timestamp may lie from now, either way (Standard Webhooks recommends five minutes)."""
_US = 1_000_000


def signature(secret: str, id: str, timestamp_s: int, body: bytes) -> str:
    """The signature of one message by one secret.

    Raises:
        ValueError: the secret is none.
    """
    signed = f"{id}.{timestamp_s}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key_of(secret), signed, hashlib.sha256)).decode()


def headers(secrets: Iterable[str], id: str, body: bytes, now_us: int) -> dict[str, str]:
    """The headers that a signed message carries; it is signed by every secret."""
    timestamp_s = now_us // _US
    signatures = (signature(secret, id, timestamp_s, body) for secret in secrets)
    return {ID: id, TIMESTAMP: str(timestamp_s), SIGNATURE: " ".join(signatures)}


def verified(secret: str, given: Mapping[str, str], body: bytes, now_us: int) -> bool:
    """Whether a message that came (header names in small letters) was signed with this secret, just now."""
    id, timestamp = given.get(ID, ""), given.get(TIMESTAMP, "")
    if not id or not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 12:
        return False
    if abs(now_us // _US - int(timestamp)) > TOLERANCE_S:
        return False
    expected = signature(secret, id, int(timestamp), body).encode()
    offered = given.get(SIGNATURE, "").split(" ")
    return any([hmac.compare_digest(expected, one.encode("utf-8", "replace")) for one in offered[:10]])

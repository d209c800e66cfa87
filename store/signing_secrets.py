"""Secrets with which webhooks are signed, as Standard Webhooks spells them: `whsec_` and base64 of 24 to 64 bytes."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Callable

PREFIX = "whsec_"
_BYTES = 32
_SHORTEST, _LONGEST = 24, 64


def new_signing_secret(entropy: Callable[[int], bytes] = os.urandom) -> str:
    """A secret of 256 random bits."""
    return PREFIX + base64.b64encode(entropy(_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """The bytes that sign.

    Raises:
        ValueError: it is not such a secret.
    """
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not a secret for webhooks") from error
    if not secret.startswith(PREFIX) or not _SHORTEST <= len(key) <= _LONGEST:
        raise ValueError("not a secret for webhooks")
    return key

"""Secrets of gateways: made at random, shown once, kept only as the hashes that the two kinds of brokers check."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import string
from typing import NamedTuple

import bcrypt

_ALPHABET = string.ascii_letters + string.digits
_LENGTH = 43
"""62^43 > 2^256. Letters and digits only: no shell, address or settings page of a gateway asks for quotes."""
_BCRYPT_COST = 4
"""The lowest there is, some 1 ms. NATS checks it at every CONNECT and, at each reload, once for everybody connected: 200
gateways take 0.2 s, where the usual cost of 10 takes over 10 s on one core. Slowness protects passwords that can be
guessed; 256 random bits cannot."""
_ROUNDS, _SALT_BYTES = 101, 12
"""As mosquitto_passwd does it."""


class Hashes(NamedTuple):
    """What is kept of a secret."""

    bcrypt: str
    """For the embedded broker."""
    pbkdf2: str
    """A password of Mosquitto's file: `$7$rounds$salt$hash`, PBKDF2 with SHA-512 (64 bytes), salt and hash in base 64."""


def new_secret() -> str:
    """A secret of 256 random bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def hashes_of(secret: str) -> Hashes:
    """Hash a secret for both kinds of brokers, each with a salt of its own."""
    known = secret.encode()
    return Hashes(
        bcrypt.hashpw(known, bcrypt.gensalt(_BCRYPT_COST)).decode(), _pbkdf2(known, os.urandom(_SALT_BYTES))
    )


def is_hash_of(pbkdf2: str, secret: str) -> bool:
    """Whether a password of Mosquitto's file, made here, is of this secret."""
    salt = base64.b64decode(pbkdf2.split("$")[3])
    return hmac.compare_digest(_pbkdf2(secret.encode(), salt), pbkdf2)


def _pbkdf2(secret: bytes, salt: bytes) -> str:
    key = hashlib.pbkdf2_hmac("sha512", secret, salt, _ROUNDS)
    return f"$7${_ROUNDS}${_base64(salt)}${_base64(key)}"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()

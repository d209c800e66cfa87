"""What a password must be: long enough, and not what anybody would guess first (NIST SP 800-63B). No rules of composition.

The standard's second reason, that people choose `Passw0rd!` where signs are asked for, is why nothing else is asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from registry.nouns.parties import Person

SHORTEST = 12
"""Characters (any script). NIST SP 800-63B asks for 8 (revision 3), and 15 (revision 4) where nothing but the password
proves who it is; 12 against throttled guessing is what people on a loading ramp can be expected to type."""
LONGEST = 256
"""Longer ones are refused, not cut (the standard: at least 64 must be possible)."""
_MOST_SAME = 4
_WORDS = (
    "password", "passwort", "passw0rd", "qwerty", "qwertz", "asdfgh", "zxcvbn", "letmein", "welcome", "iloveyou", "admin",
    "administrator", "changeme", "keepwell", "huoan", "woaini", "mima", "dragon", "monkey", "football", "sunshine", "princess",
    "abc", "abcd", "abcdef", "abc123", "1q2w3e", "1qaz2wsx", "qazwsx", "5201314", "1314520", "888", "666", "secret", "login",
    "warehouse", "temperature", "货安", "密码", "管理员", "仓库",
)  # fmt: skip
"""What guessers try first; a password that is made of these and of rows of digits is none."""
_ROWS = (
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
)


class Weak(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "password_too_short"
    TOO_LONG = "password_too_long"
    COMMON = "password_common"
    """Made of words and rows that are tried first."""
    ABOUT_YOU = "password_about_you"
    """Made of the person's own name, number or address."""
    SAME = "password_same"
    """The one that was."""


def normal(password: str) -> str:
    """The form that is hashed: the same letters typed on another keyboard are the same password (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def weakness(password: str, person: Person) -> Weak | None:
    """Why it cannot be this person's password; None if it can."""
    text = normal(password)
    if len(text) < SHORTEST:
        return Weak.TOO_SHORT
    if len(text) > LONGEST:
        return Weak.TOO_LONG
    rest = _without(text.casefold(), _WORDS)
    if len(rest) < _MOST_SAME or len(set(text)) <= _MOST_SAME:
        return Weak.COMMON
    return Weak.ABOUT_YOU if len(_without(rest, _own(person))) < _MOST_SAME else None


def _without(text: str, words: Iterable[str]) -> str:
    """What is left when these words, rows of neighbours and signs between them are taken out."""
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    for row in _ROWS:
        for length in range(len(row), 3, -1):
            for start in range(len(row) - length + 1):
                text = text.replace(row[start : start + length], "")
    return re.sub(r"[\W_]|(?:19|20)\d\d", "", text)


def _own(person: Person) -> list[str]:
    """Words of at least three characters (two of Chinese) by which a person is known."""
    told = (person.key, person.name, person.phone, person.email, person.external_number or "")
    words = {word for text in told for word in re.split(r"[\W_]+", text.casefold())}
    words |= {re.sub(r"\D", "", person.phone), re.sub(r"\D", "", person.phone)[-8:]}
    return [word for word in words if len(word) >= (3 if word.isascii() else 2)]

"""Payloads that are refused as a whole, by family and reason (see bad_messages.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cbor2

from ingest.nouns import Reason

SENML = '{"bn":"bad-NNN:","n":"temperature","u":"Cel","v":4.5'


def _cbor(*records: Mapping[Any, object]) -> bytes:
    return cbor2.dumps(list(records))


# (family, reason of the whole message, payloads)
REFUSED: tuple[tuple[str, Reason, tuple[bytes, ...]], ...] = (
    ("empty", Reason.EMPTY, (b"", b" ", b"\r\n\t ", b"\xef\xbb\xbf")),
    (
        "not UTF-8",
        Reason.NOT_UTF8,
        (
            b'{"device":"\xff","temperature":4.5}',
            b'{"device":"caf\xe9","temperature":4.5}',
            '{"device":"冷库","temperature":4.5}'.encode("gb18030"),
            b'{"device":"\xed\xa0\x80","temperature":4.5}',
            b'{"device":"\xc0\xaf","temperature":4.5}',
            b'{"temp\xfferature":4.5}',
            b'{"temperature":4.5}\xff',
            b"\xf8\x88\x80\x80\x80",
        ),
    ),
    (
        "UTF-16 and UTF-32",
        Reason.NOT_UTF8,
        ('{"temperature":4.5}'.encode("utf-16"), b"\xff\xfe\x00\x00" + '{"a":1}'.encode("utf-32-le")),
    ),
    (
        "UTF-16 without a mark",
        Reason.NOT_JSON,
        ('{"temperature":4.5}'.encode("utf-16-le"), '{"a":1}'.encode("utf-16-be")),
    ),
    (
        "not JSON",
        Reason.NOT_JSON,
        (
            b"{",
            b"[",
            b'{"device":"bad-NNN","temperature":4.5',
            b'{"device":"bad-NNN","temperature":}',
            b'{"device":"bad-NNN" "temperature":4.5}',
            b'{"device":"bad-NNN","temperature":4.5,}',
            b"[1,]",
            b"{'device':'bad-NNN','temperature':4.5}",
            b"{device:1}",
            b'{"temperature":04.5}',
            b'{"temperature":+4.5}',
            b'{"temperature":.5}',
            b'{"temperature":4.}',
            b'{"temperature":0x10}',
            b'{"temperature":4,5}',
            b'{"temperature":4.5}{"temperature":4.6}',
            b'{"temperature":4.5}\x00',
            b'{"temperature":4.5} // warm',
            b'{"temperature":nan}',
            b'{"temperature":None}',
            b'{"temperature":True}',
            b'{"a\x01b":1}',
            b'{"temperature":"4\n5"}',
            b"\x00",
            b"\x00" * 100,
            b"temperature,device=bad-NNN value=4.5",
            b"21.5 degC",
            b"<reading><temperature>4.5</temperature></reading>",
            b'{"a":"\\x41"}',
            b'{"a":"\\u12"}',
        ),
    ),
    (
        "not an object or a list of objects",
        Reason.WRONG_TYPE,
        (b"21.5", b'"21.5"', b"true", b"null", b"NaN", b'"keepwell"', b"-Infinity", b"1e400"),
    ),
    (
        "no values",
        Reason.NO_VALUES,
        (
            b"{}",
            b"[]",
            b"[{},{}]",
            b'{"device":"bad-NNN"}',
            b'{"device":"bad-NNN","time":"2024-03-01T08:00:00Z"}',
            b'{"device":"bad-NNN","temperature":null}',
            b'[{"device":"bad-NNN","time":0}]',
            b'[{"bn":"bad-NNN:","bt":1709280000}]',
            b'{"unit":{"temperature":"degF"}}',
        ),
    ),
    (
        "too deep",
        Reason.TOO_DEEP,
        (
            b"[" * 100_000,
            b"[" * 100_000 + b"]" * 100_000,
            b'{"a":' * 100_000,
            b'{"a":' * 33 + b"1" + b"}" * 33,
            b'{"device":"bad-NNN","temperature":4.5,"x":' + b"[" * 40 + b"]" * 40 + b"}",
            b'[{"a":' * 5_000,
            b"\x81" * 100_000,
            b"\xa1\x00" * 1_000,
        ),
    ),
    (
        "too large",
        Reason.TOO_LARGE,
        (
            b" " * 1_048_577,
            b"[" + b"1," * 600_000 + b"1]",
            b'{"device":"bad-NNN","note":"' + b"x" * 1_100_000 + b'"}',
        ),
    ),
    (
        "too many readings",
        Reason.TOO_MANY_READINGS,
        (
            b"[" + b",".join([b'{"device":"bad-NNN","temperature":4.5}'] * 10_001) + b"]",
            b"{" + b",".join(b'"q%d":1' % i for i in range(10_001)) + b"}",
            b"[" + b"1," * 300_000 + b"1]",
            b"[" + b"[]," * 100_000 + b"[]]",
            b"[" + b'{"a":1,"b":2,"c":3},' * 4_000 + b"{}]",
            _cbor(*[{-2: "bad-NNN:"}] + [{0: "t", 1: "Cel", 2: 1}] * 10_001),
            b"[" + b",".join([b'{"n":"a","u":"Cel","v":1,"s":1}'] * 5_001) + b"]",
        ),
    ),
    (
        "not CBOR",
        Reason.NOT_CBOR,
        (
            b"\x81",
            b"\x9f\x9f",
            b"\x9b\x00\x00\x01\xff\xff\xff\xff\xff",
            b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\x81\xbb\x00\x00\x01\xff\xff\xff\xff\xff",
            b"\x81\x7b\x00\x00\x00\xff\xff\xff\xff\xff",
            b"\x81\x62\xff\xff",
            b"\x81\x1c",
            b"\x80\x80",
            _cbor({-2: "bad-NNN:", 0: "t", 1: "Cel", 2: 4.5})[:-1],
            b"\xd9\xd9\xf7",
            b"\x81\xff",
        ),
    ),
    (
        "SenML pack refused",
        Reason.BAD_SENML,
        (
            f'[{SENML},"bver":11}}]'.encode(),
            f'[{SENML},"bver":"10"}}]'.encode(),
            f'[{SENML},"bver":true}}]'.encode(),
            f'[{SENML},"bver":5}},{{"bver":6,"n":"x","v":1}}]'.encode(),
            f'[{SENML},"mandatory_":1}}]'.encode(),
            f'[{SENML}}},{{"n":"x","v":1,"foo_":null}}]'.encode(),
            f'[{SENML},"bt":"now"}}]'.encode(),
            f'[{SENML},"bt":NaN}}]'.encode(),
            f'[{SENML},"bv":"1"}}]'.encode(),
            f'[{SENML},"bs":[]}}]'.encode(),
            f'[{SENML},"bu":7}}]'.encode(),
            b'[{"bn":7,"n":"temperature","v":4.5}]',
            b'[{"bn":null,"n":"temperature","v":4.5}]',
            _cbor({-2: "bad-NNN:", -1: 99, 0: "t", 1: "Cel", 2: 1}),
            _cbor({-2: "bad-NNN:", "x_": 1, 0: "t", 1: "Cel", 2: 1}),
        ),
    ),
    (
        "another gateway's name",
        Reason.GATEWAY_MISMATCH,
        (
            b'{"gateway":"gw-other","device":"bad-NNN","temperature":4.5}',
            b'{"gateway":"","device":"bad-NNN","temperature":4.5}',
            b'{"gateway":7,"device":"bad-NNN","temperature":4.5}',
            b'{"gateway":"GW-1","device":"bad-NNN","temperature":4.5}',
            b'[{"device":"bad-NNN","temperature":4.5},{"gateway":"gw-other","temperature":4.5}]',
            b'[{"bn":"bad-NNN:","n":"temperature","v":4.5,"gateway":"gw-other"}]',
        ),
    ),
)

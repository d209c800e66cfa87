"""Accounts: per gateway and hour of receipt what came and what became of it, refused messages, and links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from ingest.nouns import US_PER_HOUR, Batch, Count, DeadLetter
from store.files import Connection
from store.nouns import LedgerLine, StoredDeadLetter
from store.readings.conflicts import Receipt
from store.readings.judging import Judged, Outcome

LETTERS_PER_GATEWAY = 1_000
LETTERS = 20_000
LETTER_BYTES = 64 << 10

WHAT = ("values_kept", "values_duplicate", "values_conflicting", "values_late")
Line = tuple[str, int, str, str]
"""Gateway, hour of receipt, what, reason."""

_encode = msgspec.msgpack.Encoder().encode
_decode_counts = msgspec.msgpack.Decoder(list[Count]).decode


def lanes(batches: Sequence[Batch]) -> tuple[list[Receipt], NDArray[np.int64]]:
    """The receipts (batch × gateway) behind arriving readings, and for each reading the place of its receipt."""
    receipts: list[Receipt] = []
    parts = [np.empty(0, np.int64)]
    for batch in batches:
        parts.append(batch.sources() + np.int64(len(receipts)))
        receipts += [Receipt(batch.received_us, gateway) for gateway in batch.gateways]
    return receipts, np.concatenate(parts)


def count(
    batches: Sequence[Batch], judged: Judged, receipts: list[Receipt], lane: NDArray[np.int64]
) -> Counter[Line]:
    """The ledger lines of some batches: what ingest counted, and what became of the values."""
    lines: Counter[Line] = Counter()
    for batch in batches:
        for line in batch.counts:
            lines[line.gateway, line.hour_us, line.what, line.reason] += line.n
    size = len(receipts) * 4
    cells = np.bincount(lane * 4 + judged.outcome, minlength=size)
    cells += np.bincount(lane[judged.late & (judged.outcome == Outcome.KEPT)] * 4 + 3, minlength=size)
    for cell in np.flatnonzero(cells).tolist():
        received_us, gateway = receipts[cell // 4]
        lines[gateway, received_us // US_PER_HOUR * US_PER_HOUR, WHAT[cell % 4], ""] += int(cells[cell])
    return lines


def pack(lines: Counter[Line]) -> bytes | None:
    """Ledger lines as bytes."""
    return _encode([(*line, n) for line, n in lines.items()]) if lines else None


def unpack(packed: bytes | None) -> list[Count]:
    """Ledger lines out of `pack`."""
    return _decode_counts(packed) if packed else []


def post(con: Connection, lines: Counter[Line]) -> None:
    """Add lines to the table of the ledger."""
    con.executemany(
        "INSERT INTO ledger VALUES(?, ?, ?, ?, ?)"
        " ON CONFLICT(gateway, hour_us, what, reason) DO UPDATE SET n = n + excluded.n",
        [(*line, n) for line, n in lines.items()],
    )


def read(con: Connection, sealed: int, gateway: str | None, start_us: int, end_us: int) -> list[LedgerLine]:
    """The table and what chunks behind `sealed` hold, for hours in [start_us, end_us)."""
    lines: Counter[Line] = Counter()
    found = con.execute(
        "SELECT gateway, hour_us, what, reason, n FROM ledger WHERE hour_us>=? AND hour_us<? AND gateway=coalesce(?, gateway)",
        (start_us, end_us, gateway),
    )
    for *line, n in found:
        lines[tuple(line)] += n
    for (packed,) in con.execute("SELECT counts FROM chunk WHERE position > ?", (sealed,)):
        for c in unpack(packed):
            if start_us <= c.hour_us < end_us and gateway in {None, c.gateway}:
                lines[c.gateway, c.hour_us, c.what, c.reason] += c.n
    return [LedgerLine(*line, n) for line, n in sorted(lines.items())]


def keep_letters(con: Connection, letters: list[DeadLetter]) -> None:
    """Keep refused messages: the newest LETTERS_PER_GATEWAY of each gateway and LETTERS in all."""
    if not letters:
        return
    con.executemany(
        "INSERT INTO dead_letter(received_us, gateway, topic, reason, detail, payload, size) VALUES(?, ?, ?, ?, ?, ?, ?)",
        [
            (x.received_us, x.gateway, x.topic, x.reason, x.detail, x.payload[:LETTER_BYTES], x.size)
            for x in letters
        ],
    )
    old = "SELECT id FROM dead_letter {} ORDER BY id DESC LIMIT 1 OFFSET ?"
    for gateway in {letter.gateway for letter in letters}:
        con.execute(
            f"DELETE FROM dead_letter WHERE gateway=? AND id <= ({old.format('WHERE gateway=?')})",
            (gateway, gateway, LETTERS_PER_GATEWAY),
        )
    con.execute(f"DELETE FROM dead_letter WHERE id <= ({old.format('')})", (LETTERS,))


def read_letters(
    con: Connection, gateway: str | None, before_id: int | None, limit: int, id: int | None = None
) -> list[StoredDeadLetter]:
    """Refused messages, newest first; of one gateway, below an id, or the one with an id."""
    rows = con.execute(
        "SELECT id, received_us, gateway, topic, reason, detail, payload, size FROM dead_letter"
        " WHERE gateway=coalesce(?, gateway) AND id < coalesce(?, id + 1) AND id = coalesce(?, id) ORDER BY id DESC LIMIT ?",
        (gateway, before_id, id, limit),
    )
    return [StoredDeadLetter(row[0], DeadLetter(*row[1:])) for row in rows]

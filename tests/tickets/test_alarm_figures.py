"""The figures of EEMUA 191 and ISA-18.2 against a recount that is too simple to be wrong; and what is advised from them."""

from __future__ import annotations

import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tickets.desk import HOUR, MIN, T0
from tickets.alarming import figures
from tickets.alarming.advice import STEPS_US, Cure, advise
from tickets.alarming.figures import History, Turn

Row = tuple[int, int, int, bool]
SPAN = 26 * HOUR
END = T0 + SPAN


def history(rows: list[Row]) -> History:
    """Rows (time, alarm, turn, quiet) as columns."""
    table = np.array(rows, np.int64).reshape(-1, 4)
    return History(
        table[:, 0], table[:, 1].astype(np.int32), table[:, 2].astype(np.int8), table[:, 3].astype(bool)
    )


@st.composite
def histories(draw: st.DrawFn) -> list[Row]:
    """A few alarms that come and go in bursts and pauses, with acknowledgements between."""
    now = T0
    rows: list[Row] = []
    for _ in range(draw(st.integers(0, 60))):
        now += draw(
            st.sampled_from([0, 1, 20_000_000, 30_000_000, MIN, MIN + 1, 5 * MIN, 10 * MIN, 3 * HOUR])
        )
        if now >= END:
            break
        turn = draw(st.sampled_from([1, 1, -1, 0]))
        rows.append((now, draw(st.integers(0, 3)), turn, draw(st.integers(0, 4)) == 0))
    return rows


def _episodes(rows: list[Row]) -> list[tuple[int, int, int, bool, bool]]:
    """(alarm, raised, returned, open, quiet), by walking."""
    going_on: dict[int, tuple[int, bool]] = {}
    found = []
    for now, alarm, turn, quiet in rows:
        if turn == 1 and alarm not in going_on:
            going_on[alarm] = (now, quiet)
        elif turn == -1 and alarm in going_on:
            raised, was_quiet = going_on.pop(alarm)
            found.append((alarm, raised, now, False, was_quiet))
    return sorted(found + [(alarm, raised, END, True, quiet) for alarm, (raised, quiet) in going_on.items()])


@settings(max_examples=500, deadline=None)
@given(histories())
def test_episodes_and_what_follows_from_them(rows: list[Row]) -> None:
    """Pairs of raising and return, stale, standing, how often each came: as counted one by one."""
    found = figures.episodes(history(rows), END)
    mine = sorted(zip(*(column.tolist() for column in found), strict=True))
    dumb = _episodes(rows)
    assert [(a, r, e, o, q) for a, r, e, o, q in mine] == dumb
    assert figures.standing(found) == len({a for a, _, _, still, _ in dumb if still})
    stale = {a for a, raised, _, still, _ in dumb if still and END - raised > 24 * HOUR}
    assert set(figures.stale(found, END).tolist()) == stale
    often = {a: sum(1 for one in dumb if one[0] == a and not one[4]) for a in range(4)}
    assert figures.worst(found) == sorted(
        ((a, n) for a, n in often.items() if n), key=lambda one: (-one[1], one[0])
    )


@settings(max_examples=500, deadline=None)
@given(histories())
def test_chattering_and_answers(rows: list[Row]) -> None:
    """Three transitions within a minute; the first acknowledgement after each raising."""
    chatter = set()
    for alarm in range(4):
        times = sorted(now for now, one, turn, _ in rows if one == alarm and turn)
        if any(b - a <= MIN for a, b in zip(times, times[2:], strict=False)):
            chatter.add(alarm)
    assert set(figures.chattering(history(rows)).tolist()) == chatter
    delays = []
    for alarm in range(4):
        raised: int | None = None
        for now, one, turn, quiet in rows:
            if one != alarm or turn == -1 or (turn == 1 and quiet):
                continue
            if turn == 0 and raised is not None:
                delays.append(now - raised)
            raised = now if turn == 1 else None
    assert sorted(figures.ack_delays_us(history(rows)).tolist()) == sorted(delays)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from([0, 1, 10_000_000, MIN, 2 * MIN, 5 * MIN, 10 * MIN, HOUR]), max_size=80))
def test_load_and_floods(steps: list[int]) -> None:
    """Ten minutes by ten minutes, and floods minute by minute, microsecond by microsecond where it matters."""
    times = [one for one in (T0 + np.cumsum([0, *steps])[1:]).tolist() if one < END]
    raised = np.array(times, np.int64)
    found = figures.load(raised, T0, END)
    counts = [sum(1 for one in times if a <= one < a + 10 * MIN) for a in range(T0, END, 10 * MIN)]
    assert (found.alarms, found.most, found.windows) == (len(times), max(counts), len(counts))
    assert found.crowded_share == sum(count > 10 for count in counts) / len(counts)
    assert figures.floods(raised, T0, END) == _floods(times)


def _floods(times: list[int]) -> figures.Floods:
    """Walk over every moment at which the count of the last ten minutes changes."""
    moments = sorted({*times, *(one + 10 * MIN for one in times)})
    begun: int | None = None
    floods: list[int] = []
    inside: set[int] = set()
    for moment in [*moments, END + HOUR]:
        last_ten = [i for i, one in enumerate(times) if moment - 10 * MIN < one <= moment]
        if begun is None and len(last_ten) >= 10:
            tenth = next(i for i in last_ten if sum(1 for j in last_ten if j <= i) >= 10)
            begun = times[tenth]
        if begun is not None:
            inside.update(last_ten)
            if len(last_ten) < 5:
                floods.append(min(moment, END) - begun)
                begun = None
    return figures.Floods(len(floods), sum(floods) / SPAN, len(inside), max(floods, default=0))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 90), st.integers(1, 90)), min_size=1, max_size=40), st.booleans())
def test_advice_does_what_it_says(lives: list[tuple[int, int]], delay_allowed: bool) -> None:
    """The proposed delay, applied to the history, removes the share it names; alarms about goods are never told later."""
    raised, returned, now = [], [], T0
    for lasts, pause in lives:
        raised.append(now)
        returned.append(now + lasts * MIN)
        now = returned[-1] + pause * MIN
    found = advise(np.array(raised, np.int64), np.array(returned, np.int64), delay_allowed=delay_allowed)
    assert delay_allowed or found.cure is not Cure.ON_DELAY
    if found.cure is Cure.NONE:
        return
    assert found.delay_us in STEPS_US
    if found.cure is Cure.ON_DELAY:
        left = sum(1 for a, b in zip(raised, returned, strict=True) if b - a >= found.delay_us)
    else:
        left = 1 + sum(1 for a, b in zip(returned, raised[1:], strict=False) if b - a >= found.delay_us)
    assert found.removed_share == (len(lives) - left) / len(lives)
    assert found.transitions == 2 * len(lives)


def test_a_year_in_less_than_a_second() -> None:
    """100,000 transitions of 500 alarms: all figures together."""
    rng = np.random.default_rng(1)
    n = 100_000
    times = np.sort(rng.integers(T0, T0 + 365 * 24 * HOUR, n))
    made = History(
        times,
        rng.integers(0, 500, n).astype(np.int32),
        rng.choice([1, -1, 0], n).astype(np.int8),
        np.zeros(n, bool),
    )
    begun = time.perf_counter()
    found = figures.episodes(made, int(times[-1]) + 1)
    told = times[made.turn == Turn.RAISED]
    figures.load(told, int(times[0]), int(times[-1]) + 1)
    figures.floods(told, int(times[0]), int(times[-1]) + 1)
    figures.chattering(made)
    figures.ack_delays_us(made)
    for alarm, _ in figures.worst(found):
        own = (found.alarm == alarm) & ~found.open
        advise(found.raised_us[own], found.returned_us[own], delay_allowed=True)
    assert time.perf_counter() - begun < 0.5


@given(st.lists(st.integers(0, 12 * 24 * 60 - 1), max_size=60), st.integers(1, 12 * 24 * 60))
def test_hours_are_counted_on_the_clock(minutes: list[int], length: int) -> None:
    """Each of the last hours with what came in it and in its worst ten minutes, as one counts by hand; never more than a week."""
    from_us = T0 + 17 * MIN
    to_us = from_us + length * MIN
    raised = np.array(sorted(from_us + m * MIN for m in minutes if m < length), np.int64)
    found = figures.hourly(raised, from_us, to_us)
    assert len(found.hour_us) <= figures.MOST_HOURS
    assert found.hour_us[-1] < to_us <= found.hour_us[-1] + HOUR
    for hour_us, alarms, most in zip(*found, strict=True):
        windows = [
            ((raised >= at) & (raised < at + figures.WINDOW_US)).sum()
            for at in range(int(hour_us), int(hour_us) + HOUR, figures.WINDOW_US)
        ]
        assert (alarms, most) == (sum(windows), max(windows))

"""The deadband that is proposed, against the state machine that has one: replayed, it removes what it says and nothing real."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tickets.desk import HOUR, MIN, T0
from tickets.alarming.deadbands import REPEAT_US, Told, deadband

LIMIT = 8.0


def findings(values: list[float], step_us: int, width: float) -> tuple[list[int], list[int]]:
    """When findings begin and end, reading by reading: beyond the limit, until inside by the width."""
    starts, ends, going = list[int](), list[int](), False
    for number, value in enumerate(values):
        if not going and value > LIMIT:
            starts.append(T0 + number * step_us)
            going = True
        elif going and value <= LIMIT - width and not value > LIMIT:
            ends.append(T0 + number * step_us)
            going = False
    return starts[: len(ends)], ends


def told(values: list[float], step_us: int) -> Told:
    """As it is handed in, with a deadband of zero."""
    starts, ends = findings(values, step_us, 0.0)
    times = T0 + np.arange(len(values), dtype=np.int64) * step_us
    return Told(np.array(starts, np.int64), np.array(ends, np.int64), times, LIMIT - np.array(values))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.floats(-3, 3).map(lambda one: LIMIT + round(one, 2)), min_size=8, max_size=200),
    st.sampled_from([MIN, 10 * MIN, 45 * MIN]),
)
def test_replayed_it_removes_at_least_what_it_says(values: list[float], step_us: int) -> None:
    """With the proposed deadband the same readings make fewer findings, by the share that was promised, and no hour's rest is lost."""
    before = told(values, step_us)
    found = deadband([before])
    if found is None:
        return
    starts, _ = findings(values, step_us, 0.0)
    after, ends = findings(values, step_us, found.width)
    assert found.findings == len(starts)
    assert len(after) <= len(starts) - round(found.removed_share * len(starts)) + 1  # the last may go on
    for ended_us, began_us in zip(before.end_us[:-1], before.start_us[1:], strict=True):
        if began_us - ended_us > REPEAT_US:
            assert any(ended_us <= end <= began_us for end in ends) or began_us > max(
                ends, default=began_us + 1
            )


def test_a_value_that_goes_to_and_fro() -> None:
    """8.1, 7.9, 8.1 … and once really cold for the night: just over 0.1, not the night's three degrees."""
    values = ([8.1, 7.9] * 20 + [5.0] * 20) * 2
    found = deadband([told(values, 5 * MIN)])
    assert found is not None
    assert found.width == pytest.approx(0.15)
    assert found.removed_share == pytest.approx(38 / 40)


def test_none_where_nothing_is_merged_or_all_is() -> None:
    """Few findings; gaps without readings; repeats that go as deep as the rest of a night: no proposal."""
    assert deadband([told([8.1, 7.9] * 2, MIN)]) is None
    assert deadband([]) is None
    chatter = told([8.1, 7.9] * 20, MIN)
    assert deadband([chatter._replace(time_us=chatter.time_us + HOUR * 24)]) is None
    deep = ([9.0, 5.0] * 10 + [5.5] * 30) * 2
    assert deadband([told(deep, 5 * MIN)]) is None


def test_several_devices_count_together_and_do_not_mix() -> None:
    """Two probes in turn: a gap is one of the same probe."""
    one, two = told([8.1, 7.9] * 10, MIN), told([8.4, 7.6] * 10, MIN)
    found = deadband([one, two])
    assert found is not None
    assert (found.findings, found.width) == (20, pytest.approx(0.5))

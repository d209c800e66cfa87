"""Arbitrary histories of arriving values for the contract of stores of readings."""

from __future__ import annotations

from hypothesis import strategies as st

from ingest.nouns import US_PER_HOUR, US_PER_MINUTE, Flag
from tests.store.contract import START_US, Row

TIMES = st.one_of(
    st.integers(-5, 25).map(lambda minute: START_US + minute * US_PER_MINUTE),
    st.integers(-40, 40).map(lambda hour: START_US + hour * US_PER_HOUR + hour % 3 - 1),
)
ROWS = st.builds(
    Row,
    series=st.sampled_from([0, 1, 2, 3, 1023, 1024, 65_537]),  # the last shares its low 16 bits with another
    time_us=TIMES,
    value=st.sampled_from([0.0, -0.0, 4.5, -3.25, 85.0, 1e-300, 1e300]),
    flags=st.sampled_from([0, 0, 0, int(Flag.NO_TIME), int(Flag.SENTINEL), int(Flag.IMPOSSIBLE)]),
    gateway=st.integers(0, 2),
)
BATCHES = st.lists(st.lists(ROWS, max_size=30), max_size=8)
"""Batches as lists of rows; small pools of series, times and values make duplicates, conflicts and late rows likely."""
STEPS = st.lists(st.sampled_from(["apply", "seal", "tend", "reopen"]), max_size=8)
"""What is done between batches."""

"""Which message goes next: order, the urgent first, and never faster than a bot takes them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from notify.picking import Retry, again_us, heads
from notify.planning import Way
from notify.recipients import lane_of
from notify.routes import crowded_lanes, per_minute, place_of
from store.messages import Channel, Message
from tickets.notices import Urgency

T0 = 1_795_248_000_000_000
BOT = "chat:dingtalk:1"


def message(
    number: int, person: str = "p", lane: str = BOT, urgency: Urgency = Urgency.NORMAL, **more: object
) -> Message:
    """A message that waits."""
    made = Message(
        f"{number:036d}", "", person, f"ticket:{number}", "warned", Channel.CHAT, lane, urgency, T0 + number
    )
    return replace(made, **more)  # type: ignore[arg-type]


def test_in_order_for_each_person_and_way() -> None:
    """The first of each queue, and none while one is under way."""
    waiting = [message(2), message(1), message(3, "q")]
    assert [one.made_us - T0 for one in heads(waiting, set(), {}, T0 + 9)] == [1, 3]
    assert [one.made_us - T0 for one in heads(waiting, {("p", BOT)}, {}, T0 + 9)] == [3]


def test_what_is_critical_overtakes_but_not_its_own_ticket() -> None:
    """Behind a backlog of others it goes first; what was said of the same ticket before goes before."""
    critical = message(9, urgency=Urgency.CRITICAL)
    assert heads([message(1), message(2), critical], set(), {}, T0 + 9) == [critical]
    before = message(1, subject="ticket:9")
    assert heads([before, critical], set(), {}, T0 + 9) == [before]


def test_a_new_one_makes_the_old_one_be_tried() -> None:
    """Whatever waits for its next attempt does not hold back what is due."""
    old, new = message(1, next_us=T0 + 10**9), message(2)
    assert heads([old], set(), {}, T0 + 9) == []
    assert heads([old, new], set(), {}, T0 + 9) == [old]
    assert heads([replace(old, lease_us=T0 + 99), new], set(), {}, T0 + 9) == []


def test_a_bot_is_not_asked_more_often_than_it_takes() -> None:
    """Twenty a minute over all persons; the rest later; from then on it counts as crowded."""
    waiting = [message(number, f"p{number}") for number in range(50)]
    assert len(heads(waiting, set(), {}, T0 + 99)) == per_minute(BOT) == 20
    assert len(heads(waiting, set(), {BOT: 15}, T0 + 99)) == 5
    assert crowded_lanes({BOT: (5, 15), "email:1": (5, 15)}) == {BOT}


def test_ways_with_the_same_host_share_their_limit() -> None:
    """All DingTalk bots are one provider; two web addresses of different hosts are two."""
    ways = [
        Way(Channel.CHAT, lane_of(Channel.CHAT, url), url)
        for url in ("dingtalk://a@b", "dingtalk://c@d", "json://x/1", "json://y/1")
    ]
    assert len({place_of(way) for way in ways}) == 3
    assert all("@" not in way.lane and "/" not in way.lane for way in ways)


@given(
    st.integers(0, 60),
    st.floats(0, 1),
    st.sampled_from(Urgency),
    st.none() | st.integers(0, 10**12),
    st.integers(0, 3 * 10**11),
)
def test_delays_have_bounds(
    attempts: int, random: float, urgency: Urgency, asked: int | None, age: int
) -> None:
    """Never at once, never later than the most (an hour, where a provider asks for it), until it is too old."""
    retry = Retry()
    one = message(0, urgency=urgency, attempts=attempts)
    at = again_us(one, retry, T0 + age, random, asked)
    if age >= retry.written_for_us:
        assert at is None
        return
    assert at is not None
    most = retry.critical_most_us if urgency is Urgency.CRITICAL else retry.most_us
    assert T0 + age < at <= T0 + age + max(most, min(asked or 0, 3_600_000_000))

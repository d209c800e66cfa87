"""Topics as subjects of NATS and back, what a gateway may be granted, and how the broker's log is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.broker_log import BrokerLog, Line, line_of
from keepwell.broker_topics import grantable, subjects_of, topic_of
from store.refusals import MOST, Refusal, Refusals, Refused, read

LEVEL = st.text(st.characters(exclude_characters="/+#*> ", exclude_categories=("Cs", "Cc")), max_size=6)


@pytest.mark.parametrize(
    ("topic", "subjects"),
    [
        ("a/b", ["a.b"]),
        ("/a", ["/.a"]),
        ("a/", ["a./"]),
        ("a//b", ["a./.b"]),
        ("a.b/c", ["a//b.c"]),
        ("+/x/+", ["*.x.*"]),
        ("a/#", ["a", "a.>"]),
        ("keepwell/v1/gw-1/telemetry", ["keepwell.v1.gw-1.telemetry"]),
    ],
)
def test_filters_as_subjects(topic: str, subjects: list[str]) -> None:
    """As the NATS server converts them."""
    assert subjects_of(topic) == subjects


@given(st.lists(LEVEL, min_size=1, max_size=5).filter(lambda levels: any(levels)))
def test_there_and_back(levels: list[str]) -> None:
    """A topic comes back as it was, whatever dots and empty levels it has."""
    topic = "/".join(levels)
    assert topic_of(subjects_of(topic)[0]) == topic


@pytest.mark.parametrize(
    "topic",
    [
        "#", "+/x", "keepwell/v1/gw-2/telemetry", "keepwell/#", "$SYS/x", "$MQTT/sub/x", "a b/c", "a/#/b", "a/b+", "a/>", "a/*/c",
        "a/b\n", "$share/g/a",
    ],
)  # fmt: skip
def test_what_reaches_beyond_is_never_granted(topic: str) -> None:
    """Neither Keepwell's own topics nor the broker's, nor what one of the two brokers would read differently."""
    assert not grantable(topic)


@pytest.mark.parametrize(
    "topic", ["tele/gw-1/SENSOR", "zigbee2mqtt/#", "v3/app@ttn/devices/+/up", "温度/一号"]
)
def test_what_mappings_need_is_granted(topic: str) -> None:
    """The topics of gateways that cannot change theirs."""
    assert grantable(topic)


def test_a_log_is_followed_through_its_rotation(tmp_path: Path) -> None:
    """Nothing before the start, half lines when they are whole, the end of the old file before the new one."""
    log = tmp_path / "nats.log"
    line = '[1] 2026/11/22 03:16:03.1 [ERR] 10.0.0.7:4 - mid:{} - "c" - authentication error - User "gw"\n'
    log.write_text(line.format(1))
    followed = BrokerLog(log)
    with log.open("a") as file:
        file.write(line.format(2) + line.format(3)[:40])
    assert [one.connection for one in followed.take()] == [2]
    with log.open("a") as file:
        file.write(line.format(3)[40:] + line.format(4))
    log.rename(tmp_path / "nats.log.2026")
    log.write_text(line.format(5) + "[1] something else\n" + line.format(6))
    assert [one.connection for one in followed.take()] == [3, 4, 5, 6]
    assert followed.take() == []


def test_lines_of_the_log() -> None:
    """Names come out as they were given, and what a client writes into its names forges no other line."""
    head = "[1] 2026/11/22 03:16:03.1 [ERR] [::1]:4 - mid:7 - "
    forged = r'"x\" - Publish Violation - Subject \"y"'
    assert line_of(head + '"c" - authentication error') == Line(Refused.LOG_IN, 7, "", "", "[::1]")
    assert line_of(head + f'{forged} - authentication error - User "g\\nw"') == Line(
        Refused.LOG_IN, 7, "g\nw", "", "[::1]"
    )
    assert line_of(head + '"c" - Subscription Violation - Subject "a.>", SID a.>') == Line(
        Refused.SUBSCRIBE, 7, "", "a/#", "[::1]"
    )
    assert line_of(head + '"c" - unable to connect: authentication error') is None


def test_refusals_are_bounded(tmp_path: Path) -> None:
    """A stranger with ever new names pushes out the oldest, and the file stays small and readable."""
    known = Refusals(tmp_path / "refused.json")
    for n in range(0, 3 * MOST, 500):
        known.note(Refusal(Refused.LOG_IN, f"u{m}", "", "h", m, m) for m in range(n, n + 500))
    known.note([Refusal(Refused.LOG_IN, f"u{3 * MOST - 1}", "", "h2", 10**6, 10**6, 4)])
    kept = read(tmp_path / "refused.json")
    assert len(kept) == MOST
    assert (kept[-1].n, kept[-1].address, kept[-1].first_us) == (5, "h2", 3 * MOST - 1)
    (tmp_path / "refused.json").write_text("{")
    assert read(tmp_path / "refused.json") == []

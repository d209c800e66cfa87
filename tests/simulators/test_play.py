"""Played gateways against real brokers: everything published arrives, and what is reported is what was published."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from simulators import play as play_module
from simulators.link import Link, LinkDownError, parse_broker
from simulators.packets import QUANTITIES, Fleet
from simulators.play import Progress, play
from simulators.publisher import Publisher
from simulators.scenario import load
from tests.brokers import RealBroker
from tests.ports import free_port
from tests.simulators.conftest import Listener

SMALL = """
title = "small"
title_zh = "小"
seed = 3
history = "30 min"
[weather.w]
file = "newyork_2013_07.csv"
now = "2013-07-18T19:00:00Z"
[[rooms]]
name = "hall"
weather = "w"
volume_m3 = 500.0
structure_m2 = 300.0
structure_w_m2k = 0.8
floor_m2 = 100.0
goods_kg = 10000.0
start_c = 22.0
start_rh_pct = 55.0
[[gateways]]
name = "steady"
times = "epoch_ms"
duplicate_rate = 0.3
array = 9
[[gateways]]
name = "tunnel"
format = "senml"
replay = "newest_first"
[[gateways.outages]]
from = "-20 min"
to = "-10 min"
[[gateways.outages]]
from = "1 s"
to = "3 s"
[[gateways]]
name = "clash"
replay = "shuffled"
conflict_rate = 0.2
behind = "2 s"
[[devices]]
gateway = "steady"
name = "a"
count = 3
room = "hall"
interval = "20 s"
live_interval = "1 s"
[[devices]]
gateway = "tunnel"
name = "b"
room = "hall"
live_interval = "1 s"
[[devices]]
gateway = "clash"
name = "c"
room = "hall"
interval = "30 s"
"""


def test_what_is_reported_is_what_arrives(tmp_path: Path, broker_url: str, listener: Listener) -> None:
    """Values, duplicates and conflicts per gateway as reported; no time from the future; the buffered time is whole."""
    file = tmp_path / "small.toml"
    file.write_text(SMALL, "utf-8")
    seen: list[Progress] = []
    report = play(load(file), broker_url, seconds=6.0, on_progress=seen.append)
    listener.wait_for(report.published)
    arrived = Counter(value.gateway for value in listener.values)
    assert arrived == {gateway.gateway: gateway.values for gateway in report.gateways}
    assert dict(listener.messages) == {gateway.gateway: gateway.messages for gateway in report.gateways}
    assert listener.latest_ahead_s <= 0.001
    by_series: dict[tuple[str, str, str, float], list[float]] = defaultdict(list)
    for value in listener.values:
        by_series[value[:4]].append(value.value)
    for gateway in report.gateways:
        own = [values for key, values in by_series.items() if key[0] == gateway.gateway]
        assert sum(len(set(values)) - 1 for values in own) == gateway.conflicts
        assert sum(len(values) - len(set(values)) for values in own) == gateway.duplicates
        assert gateway.resent_values == 0
    assert {p.part for p in seen} == {"history", "live"}
    _check_tunnel(listener, report)


def _check_tunnel(listener: Listener, report: play_module.Report) -> None:
    """The gateway in the tunnel was reported offline by its last will, came back, and lost nothing."""
    assert [word for gateway, word in listener.status if gateway == "tunnel"] == [
        "online",
        "offline",
        "online",
    ]
    times = sorted({v.time_s for v in listener.values if v.gateway == "tunnel"})
    history = [at for at in times if at < report.started_s]
    assert max(b - a for a, b in pairwise(history)) < 61
    live = [at for at in times if at > report.started_s]
    assert max(b - a for a, b in pairwise(live)) < 1.6
    assert len(live) >= 5
    first_seen = [v.time_s for v in listener.values if v.gateway == "tunnel"]
    assert first_seen != sorted(first_seen), "what was buffered must come after what was not"


@pytest.mark.parametrize("end", ["stop", "kill9"])
def test_a_link_survives_its_broker(open_broker: RealBroker, broker_url: str, end: str) -> None:
    """The broker stops or is killed and starts again while a gateway publishes: all is acknowledged in the end."""

    def again() -> None:
        getattr(open_broker, end)()
        open_broker.start()

    link = Link(parse_broker(broker_url), "gw-patient", window=8)
    restart = threading.Timer(0.3, again)
    restart.start()
    sent, until = 0, time.monotonic() + 1.5
    while time.monotonic() < until or restart.is_alive():
        link.publish(b'{"time":1795307000,"temperature":%d}' % (sent % 100), 1)
        sent += 1
        time.sleep(0.002)
    restart.join()
    link.close(farewell=True)
    assert (link.tally.messages, link.tally.values) == (sent, sent)
    assert sent > 100


def test_no_broker_is_said_and_not_waited_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A link to nowhere gives up with a named error."""
    monkeypatch.setattr("simulators.link.PATIENCE_S", 0.5)
    with pytest.raises(LinkDownError, match="no answer from 127"):
        Link(parse_broker(f"mqtt://127.0.0.1:{free_port()}"), "gw").open()


@pytest.mark.parametrize("url", ["http://x", "mqtt://", "localhost:1883"])
def test_a_wrong_broker_url_is_refused(url: str) -> None:
    """Only mqtt:// and mqtts:// with a host."""
    with pytest.raises(ValueError, match="is not mqtt"):
        parse_broker(url)


def test_the_command_line_writes_the_report(tmp_path: Path, broker_url: str) -> None:
    """`python -m simulators.play FILE --json OUT`: one JSON object with the ground truth in it."""
    scenario, out = tmp_path / "small.toml", tmp_path / "out.json"
    scenario.write_text(SMALL + '[[truth]]\nkind = "too_high"\nzone = "hall"\nwithin = "5 s"\n', "utf-8")
    arguments = [str(scenario), "--broker", broker_url, "--seconds", "0.5", "--json", str(out)]
    assert play_module.main(arguments) == 0
    written = json.loads(out.read_text("utf-8"))
    assert written["published"] == sum(gateway["values"] for gateway in written["gateways"]) > 0
    assert written["truth"][0]["within"] == 5.0


@pytest.mark.parametrize("array", [1, 10])
def test_the_fast_publisher_sends_what_it_says(broker_url: str, listener: Listener, array: int) -> None:
    """Every message is JSON with plausible values, counts agree, and no series has two values for one time."""
    fleet = Fleet(gateways=2, devices=20, values=3, array=array)
    publisher = Publisher(parse_broker(broker_url), fleet, window=500)
    report = publisher.run(seconds=1.0, rate=2000 / array)
    publisher.close()
    listener.wait_for(report.values)
    assert report.acknowledged == report.messages == sum(listener.messages.values()) > 100 / array
    assert len(listener.values) == report.values == report.messages * array * 3
    keys = {value[:4] for value in listener.values}
    assert len(keys) == len(listener.values)
    assert {value[:3] for value in listener.values} == {
        (f"bench-{g:04d}", f"d{d:05d}", q[0]) for g in range(2) for d in range(20) for q in QUANTITIES[:3]
    }
    bounds = {name: (low, low + span) for name, low, span, _ in QUANTITIES}
    assert all(bounds[v.quantity][0] <= v.value <= bounds[v.quantity][1] for v in listener.values)
    assert listener.latest_ahead_s < 1.0

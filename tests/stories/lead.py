"""The coastal lead store of the desk's stories: who works there, what stands there, and the spring recorded in Guangzhou."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from msgspec import structs

from simulators.outdoors import Recording
from simulators.psychrometrics import relative_humidity_pct
from simulators.scenario import Event, Scenario, Span, load
from tests.stories.virtual import DAY, HOUR, Virtual

END_S = 1_795_307_100.0
PAST_D = 17
BEGIN = round((END_S - PAST_D * 86400) * 1e6)
ARRIVES = BEGIN + 7 * DAY + 12 * HOUR
"""The lead is brought into the hall: 12 November, 20:25 in Beihai."""
ACTS = ARRIVES + 51 * HOUR
"""When the engineer shuts the gates and starts the dryer, in the world where somebody does."""

REGISTRY = """
format = 1
[[customer]]
key = "batteries"
name = "Jinan Batteries"
grade = "A"
[[contact]]
key = "wu"
name = "Wu Min"
customer = "batteries"
email = "wu@batteries.example"
language = "en"
[[site]]
key = "beihai"
name = "Beihai lead store"
time_zone = "Asia/Shanghai"
region = "Guangxi"
latitude = 21.48
longitude = 109.12
[[zone]]
key = "hall-open"
name = "Hall 1"
site = "beihai"
[[gateway]]
key = "coast-gw"
site = "beihai"
[[device]]
gateway = "coast-gw"
device = "open"
zone = "hall-open"
interval = "15 min"
[[product]]
key = "lead"
profile = "lead"
[[person]]
key = "chen"
name = "Chen"
role = "keeper"
site = "beihai"
phone = "13900000001"
email = "chen@keepwell.example"
language = "en"
[[person]]
key = "li"
name = "Li Na"
role = "engineer"
skills = ["drying", "goods"]
level = 3
region = "Guangxi"
latitude = 21.68
longitude = 109.20
phone = "13900000002"
email = "li@keepwell.example"
language = "en"
[[person]]
key = "wang"
name = "Wang"
role = "engineer"
skills = ["drying", "goods"]
level = 4
region = "Guangxi"
latitude = 21.48
longitude = 109.12
phone = "13900000003"
email = "wang@keepwell.example"
language = "en"
[[person]]
key = "zhao"
name = "Zhao"
role = "engineer"
skills = ["network"]
level = 2
latitude = 36.65
longitude = 117.12
phone = "13900000004"
email = "zhao@keepwell.example"
language = "en"
[[person]]
key = "sun"
name = "Sun"
role = "supervisor"
phone = "13900000005"
email = "sun@keepwell.example"
language = "en"
[[person]]
key = "qian"
name = "Qian"
role = "quality"
email = "qian@keepwell.example"
language = "en"

[[absence]]
key = "wang-away"
person = "wang"
from = 2026-11-10T00:00:00Z
to = 2026-11-20T00:00:00Z
[[rota]]
key = "first"
level = "first"
people = ["li"]
time_zone = "Asia/Shanghai"
starts = 2026-11-01T00:00:00Z
[[rota]]
key = "second"
level = "second"
people = ["zhao"]
time_zone = "Asia/Shanghai"
starts = 2026-11-01T00:00:00Z
"""
UNHURRIED = {"target": [{"name": "all", "resolution": "96 h"}]}
"""So that nothing but damage decides by when to act."""
LOT = """
[[lot]]
key = "pb-114"
customer = "batteries"
product = "lead"
zone = "hall-open"
from = {arrives}
amount = "1800000"
"""


def iso(us: int) -> str:
    """A time as people write it."""
    return f"{datetime.fromtimestamp(us / 1e6, UTC):%Y-%m-%dT%H:%M:%SZ}"


def at_us(text: str) -> int:
    """A time of the API."""
    return round(datetime.fromisoformat(text).timestamp() * 1e6)


def scenario(*events: Event) -> Scenario:
    """The hall whose gates stand open; its dryer is off until somebody starts it."""
    told = load("huinantian")
    (room,) = [room for room in told.rooms if room.name == "hall-open"]
    since = Span(-PAST_D * 86400)
    return structs.replace(
        told, history=Span(PAST_D * 86400), step=Span(300), rooms=(structs.replace(room, dryer_kg_h=15000.0, dryer_rh_pct=54.0),),
        devices=tuple(structs.replace(d, interval=Span(900)) for d in told.devices if d.room == "hall-open"),
        events=(Event(since, "hall-open", "dryer", 0.0), *told.events, *events), quiet=(), truth=(),
    )  # fmt: skip


def put_weather(there: Virtual, key: str) -> None:
    """What a weather service says of the next three days; it is right."""
    weather = load("huinantian").weather["guangzhou"]
    recorded = Recording(weather.file, weather.now, END_S)
    begin = there.now_us // HOUR * HOUR
    hours: list[dict[str, Any]] = []
    for valid in range(begin, min(begin + 72 * HOUR, round(END_S * 1e6)), HOUR):
        temp, mixing = recorded.at(valid / 1e6)
        humidity = float(relative_humidity_pct(temp, mixing))
        hours.append({
            "valid": iso(valid),
            "temperature": round(temp, 1),
            "relative_humidity": round(humidity),
        })
    answer = there.ask("PUT", "/sites/beihai/weather", key, json={"issued": iso(begin), "hours": hours})
    assert answer.status_code == 204, answer.text

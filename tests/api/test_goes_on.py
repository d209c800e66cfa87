"""What a customer is told of a merged ticket, and on whose clocks a link shows times."""

from __future__ import annotations

from typing import Any

import pytest

from store.repositories.alarms import AlarmFilter
from store.repositories.links import Purpose
from tests.api.test_links import issued, moved, use
from tests.api.test_loop import do, opened

ELSEWHERE = {"en": "another ticket of your service provider", "zh": "服务方的另一张工单"}


def zh(world: Any, number: str, who: str) -> dict[str, Any]:
    """A ticket, in Chinese."""
    found: dict[str, Any] = world.get(f"/tickets/{number}", who, headers={"Accept-Language": "zh"}).json()
    return found


def test_a_customer_learns_of_another_ticket_only_what_it_may(world: Any) -> None:
    """Merged into one of nobody's: neither id nor number anywhere in the answers; into its own: both. Staff see either."""
    hidden = opened(world, "engineer", kind="internal", subject="site:own2", title="inspection")
    id = world.get(f"/tickets/{hidden}").json()["id"]
    assert world.get(f"/tickets/{hidden}", "c1").status_code == 404
    _, token = issued(world)
    do(world, "1", "merge", into=hidden)
    mine = world.get("/tickets/1", "c1")
    assert (mine.json()["state"], mine.json()["merged_into"], mine.json()["merged_number"]) == ("merged", None, None)  # fmt: skip
    assert ELSEWHERE["en"] in mine.json()["goes_on"]
    assert ELSEWHERE["zh"] in zh(world, "1", "c1")["goes_on"]
    linked = use(world, token)
    assert ELSEWHERE["en"] in linked.json()["ticket"]["goes_on"]
    for answer in (mine, linked):
        assert hidden not in answer.text
        assert id not in answer.text
    staff = world.get("/tickets/1", "engineer").json()
    assert (staff["merged_into"], staff["merged_number"]) == (id, hidden)
    assert hidden in staff["goes_on"]


def test_its_own_other_ticket_is_named(world: Any) -> None:
    """The number of the ticket in which it goes on; of one that was not merged nothing is said."""
    other = opened(world, "c1")
    _, token = issued(world)
    assert use(world, token).json()["ticket"]["goes_on"] is None
    assert world.get("/tickets/1", "c1").json()["goes_on"] is None
    do(world, "1", "merge", into=other)
    mine = world.get("/tickets/1", "c1").json()
    assert mine["merged_number"] == other
    assert mine["merged_into"] == world.get(f"/tickets/{other}", "c1").json()["id"]
    assert other in mine["goes_on"]
    assert other in zh(world, "1", "c1")["goes_on"]
    assert other in use(world, token).json()["ticket"]["goes_on"]


@pytest.mark.parametrize(("lang", "words"), [("en", "the clocks in Asia/Shanghai"), ("zh", "Asia/Shanghai 当地时间")])  # fmt: skip
def test_a_link_shows_the_clocks_of_the_place(world: Any, lang: str, words: str) -> None:
    """Every time of the answer has the offset of the ticket's site, and the answer names the zone."""
    _, token = issued(world)
    moved(world, "accept", "start")
    use(world, token, "comment", {"text": "hello"})
    seen = use(world, token, headers={"Accept-Language": lang}).json()
    ticket = seen["ticket"]
    assert seen["time_zone"] == "Asia/Shanghai"
    assert words in seen["times"]
    assert "(UTC+08:00)" in seen["times"]
    times = [seen["expires"], ticket["opened_at"], ticket["due"]]
    times += [step["time"] for step in ticket["steps"]] + [said["time"] for said in ticket["comments"]]
    assert len(ticket["steps"]) >= 2
    assert len(ticket["comments"]) >= 1
    assert all(time.endswith("+08:00") for time in times), times


def test_of_alarms_and_reports_too(world: Any) -> None:
    """An alarm without a ticket shows the clocks of its zone; a report without a place says that it is UTC."""
    with world.database.reading() as connection:
        which = AlarmFilter(cause="zone:z1:temperature:hot")
        alarm = world.services().alarms.find(connection, which, None, 1)[0]
    _, token = issued(world, Purpose.ACKNOWLEDGE, bound={"ticket_id": None, "alarm_id": alarm.id})
    seen = use(world, token).json()
    assert seen["time_zone"] == "Asia/Shanghai"
    assert seen["alarm"]["since"].endswith("+08:00")
    _, reporting = issued(world, Purpose.REPORT)
    one = use(world, reporting, "report", {"title": "wet tins"}).json()
    assert (one["time_zone"], one["opened_at"][-1]) == ("UTC", "Z")
    seen = use(world, reporting).json()
    assert (seen["time_zone"], seen["reported"][0]["time_zone"]) == ("UTC", "UTC")

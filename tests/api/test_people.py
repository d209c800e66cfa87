"""People, teams and duty over the API: kept as sent, uploaded as lists, shown to nobody who has no business with them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.test_imports import sent, settled, workbook

PERSON = {
    "name": "Chen Jie", "role": "engineer", "phone": "+86 138 0013 8000", "email": "chen@example.com", "site": "own2",
    "skills": ["refrigeration"], "level": 3, "languages": ["en"], "capacity": 6, "latitude": 22.8, "longitude": 108.4,
    "teams": ["south"], "lead": True, "time_zone": "Asia/Shanghai", "quiet_from": "22:00", "quiet_to": "07:00",
    "channels": ["wecom://secret-token"], "register": "plain",
    "certificates": [{"skill": "refrigeration", "number": "T-1", "expires": "2028-07-01T00:00:00Z"}],
}  # fmt: skip
TEAM = {"name": "South", "customers": ["c1"], "regions": ["south"], "skills": ["sensor"]}
SHIFT = {"person": "chen", "days": ["mon"], "starts": "22:00", "ends": "06:00", "time_zone": "Asia/Shanghai"}
ABSENCE = {"person": "chen", "from": "2026-12-01T00:00:00Z", "to": "2026-12-08T00:00:00Z", "reason": "sick"}
ROTA = {
    "level": "first", "site": "depot", "people": ["chen"], "starts": "2026-11-02T00:00:00Z", "turn_days": 7,
    "turns": [{"person": "chen", "from": "2026-12-24T00:00:00Z", "to": "2026-12-26T00:00:00Z"}],
}  # fmt: skip
ALL = {
    "teams/south": TEAM,
    "people/chen": PERSON,
    "shifts/night": SHIFT,
    "absences/ill": ABSENCE,
    "rotas/first": ROTA,
}


def put_all(world: Any) -> None:
    """Everything above."""
    for path, body in ALL.items():
        answer = world.put(f"/{path}", body)
        assert answer.status_code == 201, (path, answer.text)


def test_what_is_sent_is_what_is_read(world: Any) -> None:
    """Every field comes back, and sending it again changes nothing."""
    put_all(world)
    for path, body in ALL.items():
        found = world.get(f"/{path}")
        view = found.json()
        assert {name: view[name] for name in body} == body
        again = {name: value for name, value in view.items() if name not in {"id", "version", "key"}}
        same = world.put(f"/{path}", again, headers={"If-Match": found.headers["etag"]})
        assert (same.status_code, same.json()["version"]) == (200, 1), same.text


@pytest.mark.parametrize(("path", "changed", "field", "code"), [
    ("people/chen", {"level": 6}, "body/level", "too_great"),
    ("people/chen", {"quiet_from": "25:00"}, "body/quiet_from", "bad_pattern"),
    ("people/chen", {"time_zone": "Mars/Base"}, "body/time_zone", "bad_zone"),
    ("people/chen", {"languages": ["English"]}, "body/languages/0", "bad_pattern"),
    ("shifts/night", {"starts": ""}, "body", "shift_unclear"),
    ("shifts/night", {"days": [], "starts": "", "ends": ""}, "body", "shift_unclear"),
    ("shifts/night", {"days": ["someday"]}, "body/days/0", "bad_choice"),
    ("rotas/first", {"turn_days": 0}, "body/turn_days", "too_small"),
])  # fmt: skip
def test_nonsense_is_refused_at_its_field(
    world: Any, path: str, changed: dict[str, Any], field: str, code: str
) -> None:
    """The problem names the field and what is wrong with it."""
    put_all(world)
    answer = world.put(f"/{path}", ALL[path] | changed, headers={"If-Match": "*"})
    assert answer.status_code == 422
    assert [(e["location"], e["code"]) for e in answer.json()["errors"]] == [(field, code)], answer.text


@pytest.mark.parametrize(("path", "changed"), [
    ("people/chen", {"teams": ["nobody"]}), ("teams/south", {"customers": ["nobody"]}), ("rotas/first", {"people": ["nobody"]}),
    ("rotas/first", {"turns": [ROTA["turns"][0] | {"person": "nobody"}]}), ("shifts/night", {"person": "nobody"}),  # type: ignore[index]
    ("absences/ill", {"to": "2026-11-30T00:00:00Z"}),
])  # fmt: skip
def test_what_is_referred_to_exists(world: Any, path: str, changed: dict[str, Any]) -> None:
    """In lists and parts as well as in single fields; nothing ends before it begins."""
    put_all(world)
    answer = world.put(f"/{path}", ALL[path] | changed, headers={"If-Match": "*"})
    assert answer.status_code in {409, 422}, answer.text
    assert world.get(f"/{path}").json()["version"] == 1


@pytest.mark.parametrize("path", ["teams/south", "people/chen"])
def test_what_is_in_use_stays(world: Any, path: str) -> None:
    """A team with people, and a person on a rota, are not removed behind their backs."""
    put_all(world)
    for gone in ("shifts/night", "absences/ill"):
        assert world.ask("DELETE", f"/api/v1/{gone}", headers={"If-Match": "*"}).status_code == 204
    answer = world.ask("DELETE", f"/api/v1/{path}", headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (409, "in_use"), answer.text


@pytest.mark.parametrize("who", ["c1", "c2", "driver", "carrier"])
def test_no_customer_and_no_carrier_sees_staff(world: Any, who: str) -> None:
    """Neither people nor anything of them is found, listed or told of: no number, address, certificate or absence."""
    put_all(world)
    assert world.get("/people", who).json()["items"] == []
    assert world.get("/people/chen", who).status_code == 404
    for path in (
        "teams",
        "shifts",
        "absences",
        "rotas",
        "workload",
        "visits",
        "duty",
        "tickets/1/candidates",
    ):
        assert world.get(f"/{path}", who).status_code == 403, path
    for path in ("teams/south", "shifts/night", "absences/ill", "rotas/first"):
        assert world.get(f"/{path}", who).status_code == 403
    told = world.get("/events", who).text + world.get("/events?subject=person:chen", who).text
    for secret in ("chen", "13800138000", "0013 8000", "T-1", "secret-token"):
        assert secret not in told


def test_secrets_of_channels_are_shown_to_those_who_write_them(world: Any) -> None:
    """A viewer sees people but not by which secret address they are told, nor does the history say; a keeper no certificates."""
    put_all(world)
    assert world.get("/people/chen", "supervisor").json()["channels"] == PERSON["channels"]
    assert world.get("/people/chen", "viewer").json()["channels"] == []
    assert "secret-token" not in world.get("/events?limit=1000", "viewer").text
    near = world.get("/people/chen", "keeper").json()
    assert near["phone"] == PERSON["phone"]
    assert (near["certificates"], near["channels"], near["quiet_from"], near["capacity"]) == (
        [],
        [],
        "",
        None,
    )
    assert world.get("/absences", "keeper").status_code == 403


def test_people_and_duty_as_a_workbook(world: Any) -> None:
    """Sheets as a clerk keeps them, in Chinese, with names for references, become people, teams, shifts, absences and rotas."""
    book = workbook(
        班组=[["班组名称", "专属客户", "地区", "专长"], ["南方 服务组", "c1", "广西，广东", "传感器"]],
        人员=[
            [
                "工号",
                "姓名",
                "角色",
                "手机",
                "专长",
                "资质",
                "外语",
                "工单上限",
                "班组",
                "班长",
                "免打扰开始",
                "免打扰结束",
                "通知文体",
            ],
            [
                "G007",
                "李娜",
                "工程师",
                "13800138000",
                "制冷、除湿",
                3,
                "英语、德语",
                6,
                "南方 服务组",
                "是",
                "22:00",
                "7:00",
                "大白话",
            ],
            ["G008", "王伟", "仓管", "13900139000", "", "", "", "", "", "", "", "", ""],
        ],
        人员证书=[["姓名", "工种", "证号", "有效期至"], ["李娜", "制冷", "T-118", "2028-06-30"]],
        排班=[
            ["工号", "星期", "上班", "下班", "时区", "开始", "结束"],
            ["G007", "周一至周五", "8:00", "17点30分", "北京时间", "2026-11-01", ""],
            ["G008", "周五、周六", "22:00", "06:00", "北京时间", "", ""],
        ],
        请假=[["姓名", "开始", "结束", "请假类型"], ["李娜", "2026-12-01", "2026-12-07", "病假"]],
        值班表=[
            ["值班表编号", "值班表名称", "级别", "仓库", "轮值人员", "首次交接", "每班天数", "时区"],
            ["ON-1", "南方值班", "第一值班工程师", "depot", "G007；王伟", "2026-11-02 08:00", 7, "北京时间"],
        ],
        值班安排=[
            ["值班表", "姓名", "开始", "结束"],
            ["ON-1", "王伟", "2026-12-24 08:00", "2026-12-26 08:00"],
        ],
    )
    job = sent(world, ("人员.xlsx", book), time_zone="Asia/Shanghai")
    faults = world.get(f"/imports/{job['id']}/faults").json()
    assert job["state"] == "ready", faults
    assert world.post(f"/imports/{job['id']}/apply", None).status_code == 202
    assert settled(world, job["id"])["state"] == "applied"
    people = {one["name"]: one for one in world.get("/people").json()["items"]}
    li, team = people["李娜"], world.get("/teams").json()["items"][0]
    assert (li["level"], li["languages"], li["capacity"], li["lead"], li["register"]) == (
        3,
        ["en", "de"],
        6,
        True,
        "plain",
    )
    assert (li["quiet_from"], li["quiet_to"], li["teams"]) == ("22:00", "07:00", [team["key"]])
    assert li["certificates"] == [{"skill": "制冷", "number": "T-118", "expires": "2028-06-30T16:00:00Z"}]
    assert (team["customers"], team["regions"], team["name"]) == (["c1"], ["广西", "广东"], "南方 服务组")
    shifts = {one["person"]: one for one in world.get("/shifts").json()["items"]}
    day, night = shifts[li["key"]], shifts[people["王伟"]["key"]]
    assert (day["days"], day["starts"], day["ends"]) == (
        ["mon", "tue", "wed", "thu", "fri"],
        "08:00",
        "17:30",
    )
    assert (night["days"], night["starts"], night["ends"]) == (["fri", "sat"], "22:00", "06:00")
    absence = world.get("/absences").json()["items"][0]
    assert (absence["from"], absence["to"], absence["reason"]) == (
        "2026-11-30T16:00:00Z",
        "2026-12-07T16:00:00Z",
        "sick",
    )
    rota = world.get("/rotas").json()["items"][0]
    assert (rota["people"], rota["starts"], rota["site"]) == (
        [li["key"], people["王伟"]["key"]],
        "2026-11-02T00:00:00Z",
        "depot",
    )
    assert [turn["person"] for turn in rota["turns"]] == [people["王伟"]["key"]]


def test_faults_of_such_a_list_are_named_by_cell(world: Any) -> None:
    """A clock that is none, a day that is none, a level beyond five, and a team that nobody knows."""
    book = workbook(
        People=[["Name", "Role", "Level", "Teams", "Quiet from"], ["Ann", "engineer", 7, "Ghosts", "late"]],
        Shifts=[["Person", "Days", "Starts", "Ends"], ["Ann", "Mon-Someday", "8:00", "17:00"]],
    )
    job = sent(world, ("people.xlsx", book))
    assert job["state"] == "faulty"
    faults = {
        (one["sheet"], one["header"]) for one in world.get(f"/imports/{job['id']}/faults").json()["items"]
    }
    assert {("People", "Level"), ("People", "Teams"), ("People", "Quiet from"), ("Shifts", "Days")} <= faults

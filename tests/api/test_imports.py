"""Uploads over the API: looked at, applied all or nothing, again and again; faults by cell; cancel leaves nothing."""

from __future__ import annotations

import csv
import io
import time
from typing import Any

import openpyxl
import pytest

from store import events
from store.repositories.imports import ImportRepository, ImportState

LOTS_ZH = [
    "批号",
    "客户名称",
    "物料编号",
    "状态",
    "数量（吨）",
    "单位",
    "货值",
    "生产日期",
    "有效期至",
    "识别码",
    "所在库区",
]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(**sheets: list[list[Any]]) -> bytes:
    """An XLSX file."""
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sent(world: Any, *files: tuple[str, bytes], who: str = "admin", **asked: Any) -> dict[str, Any]:
    """Files uploaded, and read to the end."""
    parts = [("file", (name, content)) for name, content in files]
    answer = world.ask("POST", "/api/v1/imports", who, files=parts, params=asked)
    assert answer.status_code == 202, answer.text
    return settled(world, answer.json()["id"])


def settled(world: Any, id: str) -> dict[str, Any]:
    """The upload, when nothing is at work on it."""
    deadline = time.monotonic() + 20
    while (job := world.get(f"/imports/{id}").json())["state"] in {"waiting", "reading", "applying"}:
        assert time.monotonic() < deadline, job
        time.sleep(0.02)
    found: dict[str, Any] = job
    return found


def applied(world: Any, job: dict[str, Any]) -> dict[str, Any]:
    """The upload, applied."""
    answer = world.post(f"/imports/{job['id']}/apply", None)
    assert answer.status_code == 202, answer.text
    done = settled(world, job["id"])
    assert done["state"] == "applied", (done, faults(world, done))
    return done


def faults(world: Any, job: dict[str, Any], lang: str = "en") -> list[dict[str, Any]]:
    """What is wrong with it."""
    items: list[dict[str, Any]] = world.get(
        f"/imports/{job['id']}/faults", headers={"Accept-Language": lang}
    ).json()["items"]
    return items


def last_event(world: Any) -> int:
    """The number of the newest event."""
    with world.database.reading() as connection:
        return events.last_sequence(connection)


def goods() -> list[list[Any]]:
    """Two lots of customers and products of the list itself."""
    return [
        ["某公司库存清单"], [], LOTS_ZH,
        ["PB-1", "济南蓄电池厂", "M-1", "可用", "２５．５", "吨", "¥12.8万", "2026年11月7日", "2027-11-06", "RFID1", "一号库"],
        ["PB-2", "K2", "M-1", "冻结", "1,250", "kg", 3500.5, "2026/11/8", None, None, None],
    ]  # fmt: skip


def house() -> bytes:
    """A whole small house in one workbook, its sheets in no order."""
    return workbook(
        批次=goods(),
        客户=[["名称", "客户编号", "客户等级"], ["济南蓄电池厂", "K1", "A"], ["青岛涂料", "K2", "C级"]],
        产品=[["产品编号", "名称"], ["M-1", "铅锭"]],
        库区=[["库区名称", "仓库"], ["一号库", "WH"]],
        仓库=[["编号", "名称", "时区", "纬度", "经度"], ["WH", "济南仓库", "北京时间", 36.65, 117.1]],
        运单=[
            ["运单号", "发货仓库", "预计发车时间", "包装含水率"],
            ["YD-1", "济南仓库", "2026-11-22 08:30", "14%"],
        ],
        运段=[
            ["运单号", "运输方式", "起运地", "预计发车"],
            ["YD-1", "铁路", "WH", "2026-11-22 08:30"],
            ["YD-1", "公路", None, "2026-11-23 08:30"],
        ],
    )


def test_a_house_comes_in_and_again_changes_nothing(world: Any) -> None:
    """Sheets in any order refer to each other; the second upload has nothing to do and writes no event."""
    job = sent(world, ("总表.xlsx", house()))
    assert job["state"] == "ready", faults(world, job)
    assert {s["list"]: s["created"] for s in job["sheets"] if s["created"]} == {
        "customers": 2, "products": 1, "zones": 1, "sites": 1, "shipments": 1, "lots": 2, "placements": 1,
    }  # fmt: skip
    applied(world, job)
    lot = world.get("/lots", params={"external_number": "PB-1"}).json()["items"][0]
    assert (lot["quantity"], lot["amount"], lot["status"], lot["codes"]) == (
        "25.5",
        "128000",
        "available",
        ["RFID1"],
    )
    assert lot["produced"] == "2026-11-06T16:00:00Z"  # midnight in Jinan
    assert lot["expires"] == "2027-11-06T16:00:00Z"  # the end of that day
    journey = world.get("/shipments", params={"external_number": "YD-1"}).json()["items"][0]
    assert journey["expected_departure"] == "2026-11-22T00:30:00Z"
    assert [leg["mode"] for leg in journey["legs"]] == ["rail", "road"]
    assert journey["packaging_moisture"] == 14.0
    before = last_event(world)
    again = sent(world, ("总表.xlsx", house()))
    assert all(s["created"] == s["changed"] == s["faults"] == 0 for s in again["sheets"]), again
    applied(world, again)
    assert last_event(world) == before


def test_edits_change_exactly_these(world: Any) -> None:
    """Of two lots one has another quantity: one change, one field, old and new; an empty cell and an absent column leave all else."""
    applied(world, sent(world, ("a.xlsx", house())))
    before = last_event(world)
    edited = workbook(批次=[["批号", "数量", "状态"], ["PB-1", 24, None], ["PB-2", "1250", "冻结"]])
    job = sent(world, ("b.xlsx", edited))
    changes = world.get(f"/imports/{job['id']}/changes").json()["items"]
    assert [
        (c["act"], c["key"], c["row"], [(f["field"], f["old"], f["new"]) for f in c["fields"]])
        for c in changes
    ] == [("changed", "pb-1", 2, [("quantity", "25.5", "24")])]
    applied(world, job)
    with world.database.reading() as connection:
        told = events.since(connection, before)
    assert [e.subject for e in told if not e.subject.startswith("import:")] == ["lot:pb-1"]


def test_faults_are_named_by_cell_in_the_readers_language(world: Any) -> None:
    """Sheet, row, letter, header, what stands there and what to do; one fault keeps everything out."""
    rows = goods()
    rows[4][4], rows[4][7] = "12吨", "2026-02-30"
    rows.append(["PB-3", "无此客户", "lead", "??"])
    rows.append([None, "K2", "M-1"])
    rows.append(["PB-4", "c2", None])
    job = sent(world, ("批次.xlsx", workbook(批次=rows)), ("客户.csv", "客户编号,名称\nK1,济南蓄电池厂\nK2,青岛\n".encode("gb18030")),
               ("产品.csv", "产品编号;名称\nM-1;铅锭\n".encode()), ("库区.csv", "名称\n一号库\n".encode("utf-16")))  # fmt: skip
    assert job["state"] == "faulty"
    told = {(f["sheet"], f["row"], f["column"]): (f["code"], f["value"]) for f in faults(world, job)}
    assert told == {
        ("批次", 5, "E"): ("not_a_number", "12吨"), ("批次", 5, "H"): ("no_such_date", "2026-02-30"),
        ("批次", 6, "B"): ("unknown_reference", "无此客户"), ("批次", 6, "D"): ("bad_choice", "??"),
        ("批次", 7, ""): ("no_identity", ""), ("批次", 8, "C"): ("missing", ""),
    }  # fmt: skip
    chinese = faults(world, job, "zh")
    assert any("可用、冻结、已放行、拒收" in f["message"] for f in chinese)
    assert all(f["message"] and "lists." not in f["message"] for f in chinese)
    table = world.get(f"/imports/{job['id']}/faults.csv").content.decode("utf-8-sig")
    assert [row[:3] for row in csv.reader(io.StringIO(table))][1:] == [
        [f["sheet"], str(f["row"]), f["column"]] for f in chinese
    ]
    refused = world.post(f"/imports/{job['id']}/apply", None)
    assert (refused.status_code, refused.json()["code"]) == (409, "import_refused")
    assert world.get("/customers", params={"external_number": "K1"}).json()["items"] == []


def test_a_fault_in_the_last_row_keeps_all_out(world: Any) -> None:
    """All or nothing: 300 good rows and a bad one change nothing."""
    rows = [["key", "name", "grade"], *([f"k{i}", f"n{i}", "B"] for i in range(300)), ["k300", "n", "Z" * 41]]
    before = last_event(world)
    job = sent(world, ("customers.xlsx", workbook(customers=rows)))
    assert (job["state"], job["faults"]) == ("faulty", 1)
    assert faults(world, job)[0]["row"] == 302
    assert world.get("/customers/k1").status_code == 404
    assert last_event(world) == before


def test_cancelled_in_any_state_nothing_is_left(world: Any) -> None:
    """A ready upload that is cancelled cannot be applied, its files are gone, and no event tells of it."""
    before = last_event(world)
    job = sent(world, ("总表.xlsx", house()))
    cancelled = world.ask("DELETE", f"/api/v1/imports/{job['id']}").json()
    assert cancelled["state"] == "cancelled"
    assert world.post(f"/imports/{job['id']}/apply", None).status_code == 409
    assert not (world.folder / "imports" / job["id"]).exists()
    assert world.get(f"/imports/{job['id']}/changes").json()["items"] == []
    assert last_event(world) == before


def test_an_upload_cancelled_while_it_is_applied_is_not_applied(world: Any) -> None:
    """The step to `applied` is part of the transaction: if somebody cancelled before, nothing of it is kept."""
    job = sent(world, ("总表.xlsx", house()))
    begin = world.services().imports
    with world.database.writing() as connection:
        uploads = ImportRepository(connection)
        assert uploads.step(job["id"], [ImportState.READY], 1, state=ImportState.CANCELLED)
    begin.begin(job["id"], "apply")
    begin.close()
    assert world.get(f"/imports/{job['id']}").json()["state"] == "cancelled"
    assert world.get("/customers", params={"external_number": "K1"}).json()["items"] == []


def test_a_registry_that_changed_meanwhile_is_looked_at_again(world: Any) -> None:
    """What was planned as a change of 25 is shown anew when somebody made it 30 in between; then it can be applied."""
    applied(world, sent(world, ("a.xlsx", house())))
    edited = workbook(批次=[["批号", "数量"], ["PB-1", 24]])
    job = sent(world, ("b.xlsx", edited))
    lot = world.get("/lots/pb-1").json()
    body = {k: v for k, v in lot.items() if k not in {"id", "version", "key"}} | {"quantity": "30"}
    assert world.put("/lots/pb-1", body, headers={"If-Match": f'"{lot["version"]}"'}).status_code == 200
    assert world.post(f"/imports/{job['id']}/apply", None).status_code == 202
    shown = settled(world, job["id"])
    assert (shown["state"], shown["why"]) == ("ready", "changed_meanwhile")
    assert world.get("/lots/pb-1").json()["quantity"] == "30"
    change = world.get(f"/imports/{job['id']}/changes").json()["items"][0]
    assert [(f["old"], f["new"]) for f in change["fields"]] == [("30", "24")]
    applied(world, job)
    assert world.get("/lots/pb-1").json()["quantity"] == "24"


def test_a_change_elsewhere_does_not_stop_an_upload(world: Any) -> None:
    """Somebody changed something that the list is not about: it is applied as it was shown."""
    job = sent(world, ("总表.xlsx", house()))
    assert world.put("/customers/elsewhere", {"name": "x"}).status_code == 201
    applied(world, job)


def test_uploads_at_work_when_the_service_ended_are_interrupted(world: Any) -> None:
    """A restart says so honestly; nothing was applied."""
    job = sent(world, ("总表.xlsx", house()))
    with world.database.writing() as connection:
        assert ImportRepository(connection).step(
            job["id"], [ImportState.READY], 1, state=ImportState.APPLYING
        )
    world.services().imports.take_up()
    found = world.get(f"/imports/{job['id']}", headers={"Accept-Language": "zh"}).json()
    assert (found["state"], found["why"]) == ("interrupted", "restarted")
    assert "重新上传" in found["message"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", bytes(range(256)) * 40, b"a,b\n1,2\n"])
def test_what_is_no_list_is_refused_in_words(world: Any, content: bytes) -> None:
    """An empty, damaged or unknown file is a fault with a sentence, never an error of the service."""
    job = sent(world, ("x.xlsx", content))
    assert job["state"] == "faulty"
    assert all(f["message"] for f in faults(world, job))


def test_engineers_do_not_release_goods_by_a_list(world: Any) -> None:
    """Whether goods may leave is for quality and supervisors, also through a list or a push."""
    applied(world, sent(world, ("a.xlsx", house())))
    edited = workbook(批次=[["批号", "状态"], ["PB-2", "已放行"]])
    job = sent(world, ("b.xlsx", edited), who="engineer")
    assert (job["state"], faults(world, job)[0]["code"]) == ("faulty", "status_not_yours")
    pushed = [{"external_number": "PB-2", "status": "released"}]
    assert world.post("/bulk/lots", pushed, "engineer").status_code == 422
    assert world.post("/bulk/lots", pushed).status_code == 200


@pytest.mark.parametrize("who", ["viewer", "c1", "g1"])
def test_others_upload_nothing(world: Any, who: str) -> None:
    """Who may not write the registry may not upload, push or look at uploads."""
    assert (
        world.ask("POST", "/api/v1/imports", who, content=b"x", params={"name": "a.csv"}).status_code == 403
    )
    assert world.post("/bulk/lots", [], who).status_code == 403
    assert world.get("/imports", who).status_code == 403


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_templates_come_back_empty_and_filled(world: Any, lang: str) -> None:
    """Every template is understood as it is; its example is not read; each header names one column."""
    whole = world.get("/lists/templates/all.xlsx", params={"lang": lang})
    assert whole.headers["content-type"] == XLSX
    job = sent(world, ("all.xlsx", whole.content))
    assert (job["state"], job["rows_read"]) == ("ready", 0), faults(world, job)
    lists = world.get("/lists", params={"lang": lang}).json()["lists"]
    for of in lists:
        name = of["name"]
        text = world.get(f"/lists/templates/{name}.csv", params={"lang": lang}).content.decode("utf-8-sig")
        head = next(csv.reader(io.StringIO(text)))
        assert head == [column["header"] for column in of["columns"]]
        assert len(set(head)) == len(head), name
    assert world.get("/lists/templates/nothing.xlsx").status_code == 404
    assert world.get("/lists/templates/all.csv").status_code == 404


def test_a_place_in_a_list_is_where_it_is_now(world: Any) -> None:
    """A lot whose list names another zone left the old one; dated rows and splits are kept; all of it again changes nothing."""
    applied(world, sent(world, ("a.xlsx", house())))
    zones = [["key", "site"], ["hall-2", "depot"], ["hall-3", "depot"]]
    moved = workbook(zones=zones, 批次=[["批号", "所在库区"], ["PB-1", "hall-2"]])
    world.now_us += 60_000_000
    applied(world, sent(world, ("b.xlsx", moved)))
    stays = world.get("/placements", params={"subject": "pb-1"}).json()["items"]
    assert [(s["place"].startswith("hall-2"), s["valid_to"] is None, s["how"]) for s in stays] == [
        (False, False, "upload"), (True, True, "upload")
    ]  # fmt: skip
    dated = [
        ["批次", "库区", "开始", "结束"],
        ["PB-2", "hall-2", "2026-11-01 08:00", None], ["PB-2", "hall-3", "2026-11-02 08:00", None],
        ["PB-1", "hall-3", "2026-10-01", "2026-10-02"],
    ]  # fmt: skip
    job = applied(world, sent(world, ("c.xlsx", workbook(位置=dated))))
    assert sum(s["created"] for s in job["sheets"]) == 3
    split = world.get("/placements", params={"subject": "pb-2"}).json()["items"]
    assert [(s["place"], s["valid_to"]) for s in split] == [("hall-2", None), ("hall-3", None)]
    for again in (workbook(位置=dated), moved):
        repeated = sent(world, ("again.xlsx", again))
        assert all(s["created"] == s["changed"] == 0 for s in repeated["sheets"]), repeated
    both = [["device", "place"], ["p1", "hall-2"], ["p1", "hall-3"]]
    torn = sent(world, ("d.xlsx", workbook(placements=both)))
    assert [f["code"] for f in faults(world, torn)] == ["two_places"]


def test_quality_lists_certificates_and_nothing_else(world: Any) -> None:
    """Who is responsible for certificates lists them without asking anybody, and neither slips in goods nor sees others' uploads."""
    certificates = workbook(
        校准证书=[
            ["监测终端", "测点", "证书编号", "校准日期", "到期"],
            ["p1", "温度", "C-1", "2026-08-15", "2027-08-14"],
        ]
    )
    ours = sent(world, ("house.xlsx", house()))
    for method, path in (
        ("GET", ""),
        ("GET", "/changes"),
        ("GET", "/faults"),
        ("GET", "/faults.csv"),
        ("POST", "/apply"),
        ("DELETE", ""),
    ):
        assert world.ask(method, f"/api/v1/imports/{ours['id']}{path}", "quality").status_code == 404, path
    slipped = sent(world, ("house.xlsx", house()), who="quality")
    assert (slipped["state"], {f["code"] for f in faults(world, slipped)}) == ("faulty", {"kind_not_yours"})
    job = sent(world, ("certificates.xlsx", certificates), who="quality")
    assert {row["id"] for row in world.get("/imports", "quality").json()["items"]} == {
        slipped["id"],
        job["id"],
    }
    assert world.post(f"/imports/{job['id']}/apply", None, "quality").status_code == 202
    assert settled(world, job["id"])["state"] == "applied"
    (kept,) = world.get("/calibrations", "quality").json()["items"]
    assert kept["certificate"] == "C-1"
    assert world.post("/bulk/customers", [{"key": "k9", "name": "K9"}], "quality").status_code == 422
    assert (
        world.post("/bulk/calibrations", [{"key": kept["key"], "certificate": "C-2"}], "quality").status_code
        == 200
    )


def test_a_default_profile_that_a_list_names_is_counted_as_one(world: Any) -> None:
    """One product is one product in the preview; the profile that comes with it is told beside it."""
    job = sent(world, ("a.xlsx", workbook(产品=[["产品编号", "名称", "储运条件"], ["M-9", "铅锭", "lead"]])))
    assert {sheet["list"]: sheet["created"] for sheet in job["sheets"]} == {"products": 1, "profiles": 1}


def test_the_same_list_again_undoes_no_decision(world: Any) -> None:
    """Rules adopted from the default that the list names stay; goods put on hold stay on hold, also for an hourly push."""
    lot = [["批号", "客户", "产品", "状态"], ["PB-7", "K1", "M-9", "可用"]]
    listed = workbook(客户=[["客户编号"], ["K1"]], 产品=[["产品编号", "储运条件"], ["M-9", "lead"]], 批次=lot)
    applied(world, sent(world, ("a.xlsx", listed)))
    answers = {
        "goods": "lead",
        "product": "m-9",
        "climate": "hot_summer_warm_winter",
        "coastal": True,
        "control": "none",
        "reason": "goods of this place",
    }
    assert world.post("/rules/adopt", answers).status_code == 200
    assert world.post("/lots/pb-7/status", {"status": "hold", "reason": "wet"}).status_code == 200
    again = sent(world, ("a.xlsx", listed))
    assert all(sheet["created"] == sheet["changed"] == 0 for sheet in again["sheets"]), again
    pushed = world.post(
        "/bulk/lots", [{"external_number": "PB-7", "status": "available", "unit": "t"}], "engineer"
    )
    assert pushed.status_code == 200, pushed.text
    assert (world.get("/lots/pb-7").json()["status"], world.get("/lots/pb-7").json()["unit"]) == ("hold", "t")

"""Sheets of duty: certificates of people, shifts (排班), absences, rotas and their dated turns."""

from __future__ import annotations

from registry.lists import cells, words
from registry.lists.columns import identified, one_of, refers, when
from registry.lists.nouns import Column, Sheet

_PERSON = refers(
    "shift", "person", "人员", "姓名", "员工", "工号", required=True, label="of_person", example="G007"
)
_TIME_ZONE = Column(field="time_zone", read=cells.time_zone, also=("timezone", "tz"), example="Asia/Shanghai")

CERTIFICATES = Sheet(
    name="certificates", kind="person", part="certificates", parent="person", also=("上岗证", "资格证书", "人员证书"),
    columns=(
        refers("certificate", "person", "人员", "姓名", "员工", "工号", to="person", required=True, label="of_person",
               example="G007"),
        Column(field="skill", read=cells.text, also=("专业", "工种"), required=True, label="certified_skill",
               example=("refrigeration", "制冷")),
        Column(field="number", read=cells.text, also=("证号", "证书编号"), label="certificate_number", example="T-2024-118"),
        when("expires", "expiry", "有效期至", "到期日", inclusive=True, example="2028-06-30"),
    ),
)  # fmt: skip
SHIFTS = Sheet(
    name="shifts", kind="shift", identity=("person", "starts", "from_us"), also=("排班", "班次", "排班表"),
    columns=(
        *identified("shift", ("排班编号",), ("班次名称",), ("", "", ("Day shift", "白班"))),
        _PERSON,
        Column(field="days", read=words.weekdays, also=("weekdays", "星期", "工作日"), label="shift_days",
               example=("Mon-Fri", "周一至周五")),
        Column(field="starts", read=cells.time_of_day, also=("start time", "上班", "上班时间"), label="shift_starts", example="08:00"),
        Column(field="ends", read=cells.time_of_day, also=("end time", "下班", "下班时间"), label="shift_ends", example="17:00"),
        _TIME_ZONE,
        when("from", "valid from", "开始", "开始日期", "自", example="2026-11-01"),
        when("to", "valid to", "结束", "结束日期", "至", inclusive=True, example=""),
    ),
    spans=(("from_us", "to_us"),),
)  # fmt: skip
ABSENCES = Sheet(
    name="absences", kind="absence", identity=("person", "from_us"), also=("请假", "缺勤", "休假"),
    columns=(
        *identified("absence", ("请假编号",), ("请假名称",), ("", "", ("", ""))),
        _PERSON,
        when("from", "start", "开始", "开始日期", "自", example="2026-12-01"),
        when("to", "end", "结束", "结束日期", "至", inclusive=True, example="2026-12-07"),
        one_of("reason", "absence_reason", "原因", "请假类型", label="absence_reason", example="leave"),
    ),
    spans=(("from_us", "to_us"),),
)  # fmt: skip
ROTAS = Sheet(
    name="rotas", kind="rota", identity=("name",), also=("值班表", "值班", "on call"),
    columns=(
        *identified("rota", ("值班表编号",), ("值班表名称", "rota"), ("", "ON-N", ("On call north", "北方值班"))),
        one_of("level", "duty_level", "值班级别", "级别", required=True, label="duty_level", example="first"),
        refers("rota", "site", "仓库", "站点", label="rota_site", example="WH-JN"),
        refers("rota", "team", "班组", "团队", label="rota_team"),
        Column(field="region", read=cells.text, also=("地区", "大区"), example=("Shandong", "山东")),
        _TIME_ZONE,
        refers("rota", "people", "人员", "轮值人员", to="person", label="rota_people", example="G007"),
        when("starts", "first hand-over", "首次交接", "交接", example="2026-11-02 08:00"),
        Column(field="turn_days", read=cells.whole(1, 366), also=("每班天数", "轮换天数"), example="7"),
    ),
)  # fmt: skip
TURNS = Sheet(
    name="turns", kind="rota", part="turns", parent="rota", also=("值班安排", "换班", "swaps"),
    columns=(
        refers("turn", "rota", "值班表", to="rota", required=True, label="of_rota", example="ON-N"),
        refers("turn", "person", "人员", "姓名", "工号", to="person", required=True, label="of_person", example="G007"),
        when("from", "start", "开始", "自", example="2026-12-24 08:00"),
        when("to", "end", "结束", "至", example="2026-12-26 08:00"),
    ),
    spans=(("from_us", "to_us"),),
)  # fmt: skip

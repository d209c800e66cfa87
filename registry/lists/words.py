"""The words of enumerations as people type them, in both languages, and readers of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from ingest.quantities import QUANTITIES
from registry import fields, identity
from registry.faults import FieldError
from registry.lists.cells import folded, plain, shown
from registry.nouns import (
    AbsenceReason,
    ClimateControl,
    ClimateZone,
    ContactRole,
    EquipmentKind,
    Level,
    LotStatus,
    Mode,
    PlaceKind,
    Register,
    Role,
    Stage,
    SubjectKind,
    Weekday,
    ZoneKind,
)
from texts import LANGUAGES, Language, catalogue

ENUMS: Mapping[str, type[StrEnum]] = MappingProxyType({
    "contact_role": ContactRole, "role": Role, "zone_kind": ZoneKind, "climate_zone": ClimateZone,
    "climate_control": ClimateControl, "equipment_kind": EquipmentKind, "lot_status": LotStatus, "stage": Stage,
    "mode": Mode, "subject_kind": SubjectKind, "place_kind": PlaceKind, "register": Register, "weekday": Weekday,
    "absence_reason": AbsenceReason, "duty_level": Level,
})  # fmt: skip
"""Name (`lists.word.<name>.<value>` is its word) → the enumeration."""

_ALSO: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "contact_role": {
        "store_keeper": ("仓管", "库管", "保管员", "仓库管理员", "warehouse keeper"), "gate_keeper": ("门卫", "保安"),
        "buyer": ("采购员", "采购经理"), "quality": ("质检", "质检员", "品管", "QC"), "logistics": ("调度", "物流员"),
    },
    "role": {"engineer": ("技术员",), "keeper": ("仓管", "库管"), "driver": ("驾驶员",), "quality": ("质检", "质检员")},
    "zone_kind": {"room": ("库房", "房间", "冷库"), "area": ("区域", "货区", "库区"),
                  "truck": ("货车", "卡车", "车", "车辆", "lorry"), "container": ("货柜",), "outdoors": ("室外",)},
    "climate_control": {"none": ("无", "没有", "不控温", "常温"), "heated": ("加热", "暖气"), "cooled": ("制冷", "空调", "冷藏"),
                        "heated_cooled": ("恒温", "冷暖", "制冷供暖", "heated and cooled")},
    "climate_zone": {"severe_cold": ("严寒",), "cold": ("寒冷",), "hot_summer_cold_winter": ("夏热冬冷",),
                     "hot_summer_warm_winter": ("夏热冬暖",), "temperate": ("温和",)},
    "equipment_kind": {"cooling": ("制冷机", "空调", "冷机"), "heating": ("供暖", "加热", "暖风机"), "drying": ("除湿机", "干燥")},
    "lot_status": {
        "available": ("可用", "合格", "正常", "在库", "ok"), "hold": ("冻结", "待检", "暂扣", "隔离", "on hold", "blocked"),
        "released": ("已放行", "放行", "已发货"), "rejected": ("拒收", "不合格", "报废", "退货"),
    },
    "stage": {"planned": ("计划", "待发", "未发"), "loading": ("装货", "装车", "备货"),
              "transport": ("运输", "在途", "已发运", "in transit"), "arrived": ("到达", "已到", "已签收", "签收", "delivered")},
    "mode": {"road": ("汽运", "公路", "陆运", "truck"), "rail": ("火车", "铁运"), "sea": ("海运", "船运", "水运", "ship"),
             "air": ("空运", "航空")},
    "subject_kind": {"device": ("设备", "终端", "探头", "传感器", "记录仪", "logger"), "lot": ("货物", "批", "batch")},
    "place_kind": {"zone": ("库位", "仓位", "车厢", "库房"), "shipment": ("运输", "车次"), "equipment": ("机组", "machine")},
    "register": {"data": ("数据", "figures"), "plain": ("通俗", "大白话", "plain words")},
    "weekday": {
        "mon": ("星期一", "礼拜一", "Monday", "1"), "tue": ("星期二", "礼拜二", "Tuesday", "2"),
        "wed": ("星期三", "礼拜三", "Wednesday", "3"), "thu": ("星期四", "礼拜四", "Thursday", "4"),
        "fri": ("星期五", "礼拜五", "Friday", "5"), "sat": ("星期六", "礼拜六", "Saturday", "6"),
        "sun": ("星期日", "星期天", "礼拜天", "周天", "Sunday", "7"),
    },
    "absence_reason": {"leave": ("年假", "事假", "请假", "holiday", "vacation"), "sick": ("病假", "生病", "ill"),
                       "training": ("外训",), "travel": ("出差在外",), "other": ()},
    "duty_level": {"keeper": ("仓管", "库管"), "first": ("一线", "值班工程师", "1"), "second": ("二线", "备班", "2"),
                   "supervisor": ("主管值班",), "head": ("部门经理",)},
}  # fmt: skip
"""Enumeration → value → what else people write."""

_WEEK = tuple(Weekday)

_GRADES: Mapping[str, str] = MappingProxyType({
    "a级": "A", "a类": "A", "一级": "A", "重点": "A", "b级": "B", "b类": "B", "二级": "B", "c级": "C", "c类": "C",
    "三级": "C", "普通": "C",
})  # fmt: skip
"""What people write for the grades A, B and C; any other name is a grade of its own."""
_QUANTITIES: Mapping[str, str] = MappingProxyType({
    "湿度": "relative_humidity", "humidity": "relative_humidity", "temp": "temperature", "rh": "relative_humidity",
    "气压": "pressure", "电量": "battery_level", "电压": "battery_voltage", "露点温度": "dew_point",
})  # fmt: skip


def choice(name: str) -> Callable[[object], StrEnum]:
    """A reader of one of an enumeration's words, in either language."""

    def read(cell: object) -> StrEnum:
        found = _meanings(name).get(folded(shown(cell)))
        if found is None:
            raise FieldError("bad_choice", choices=f"lists.words.{name}")
        return ENUMS[name](found)

    return read


def word(name: str, value: str, lang: Language) -> str:
    """The word for a value."""
    return catalogue(lang).get(f"lists.word.{name}.{value}", value)


def choices(name: str, lang: Language) -> list[str]:
    """All words of an enumeration, in its order."""
    return [word(name, member.value, lang) for member in ENUMS[name]]


def quantity(cell: object) -> str:
    """A measured quantity by its name or its word; any name of its form, for a gateway may say any."""
    typed = plain(cell)
    found = _quantity_words().get(folded(typed))
    if found:
        return found
    try:
        return fields.quantity(typed.lower().replace(" ", "_").replace("-", "_"))
    except FieldError as error:
        raise FieldError("bad_quantity") from error


def weekdays(cell: object) -> tuple[Weekday, ...]:
    """Days of the week by their names, single (周一、周三) or from–to (Mon-Fri, 周一至周五), in the order of the week."""
    read, found = choice("weekday"), set()
    for part in re.split(r"[,;，；、\s]+", re.sub(r"\s*(?:-|–|~|至|到|to)\s*", "-", shown(cell))):
        first, _, last = part.partition("-")
        start = _WEEK.index(Weekday(read(first)))
        end = _WEEK.index(Weekday(read(last))) if last else start
        found |= {(start + step) % 7 for step in range((end - start) % 7 + 1)}
    return tuple(_WEEK[number] for number in sorted(found))


def grade(cell: object) -> str:
    """A grade of customers by its name."""
    typed = fields.name(shown(cell))
    known = {"a": "A", "b": "B", "c": "C", **_GRADES}
    return known.get(folded(typed), typed)


def code(cell: object) -> str:
    """A scanned identity in its canonical form."""
    try:
        return identity.canonical(shown(cell))
    except identity.UnreadableError as error:
        raise FieldError("bad_code", why=f"invalid.code_{error.why}") from error


@cache
def _meanings(name: str) -> Mapping[str, str]:
    """What may be typed, folded → the value."""
    found: dict[str, str] = {}
    for member in ENUMS[name]:
        value = str(member.value)
        typed = [value, *_ALSO[name].get(value, ()), *(word(name, value, lang) for lang in LANGUAGES)]
        found |= {folded(text): value for text in typed}
    return found


@cache
def _quantity_words() -> Mapping[str, str]:
    found = {folded(text): name for text, name in _QUANTITIES.items()}
    for quantity in QUANTITIES:
        typed = (quantity.name, *(catalogue(lang)[f"quantity.{quantity.name}"] for lang in LANGUAGES))
        found |= {folded(text): quantity.name for text in typed}
    return found

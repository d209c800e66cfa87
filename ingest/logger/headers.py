"""The header: the row that names the columns, below whatever title a logger writes, in English or Chinese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from ingest.logger.nouns import Cell, Column, Header, Role, Row

_SEARCHED = 300
"""Titles are not longer."""
_LONGEST_TITLE = 80

_NOT_A_MEASUREMENT = re.compile(
    r"\b(alarm|limit|max|maximum|min|minimum|avg|average|mean|kinetic|mkt|status|state|mark|event|remark|note|count)\b"
    r"|报警|上限|下限|最高|最低|最大|最小|平均|状态|标记|备注"
)
_NOT_ITS_TIME = re.compile(r"elapsed|duration|upload|receiv|export|print|total|上传|接收|导出|打印|时长|累计")
_DATE_AND_TIME = re.compile(r"date.*time|time.*date|time ?stamp|datum.*zeit|日期.*时间|时间戳")
_DATE = re.compile(r"\bdate\b|日期|\bdatum\b")
_TIME = re.compile(r"\btime\b|datetime|时间|时刻|\bzeit\b|uhrzeit")
_DEVICE = re.compile(
    r"^(device|logger|sensor|probe|serial|s/n|sn|tag|monitor)[ _]*(id|no\.?|number|name|code|sn)?$"
    r"|^(设备|监测终端|终端|记录仪|仪器|探头|测点)(编号|名称|号|序列号)?$|^序列号$"
)
_OFFSET = re.compile(r"\b(?:utc|gmt)(?:\s*([+-])\s*(\d{1,2})(?::?(\d\d))?)?")

_QUANTITIES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (quantity, re.compile(pattern))
    for quantity, pattern in (
        ("dew_point", r"dew ?point|露点"),
        ("surface_temperature", r"surface.*temp|表面.*温"),
        ("supply_air_temperature", r"supply.*temp|送风.*温"),
        ("return_air_temperature", r"return.*temp|回风.*温"),
        ("absolute_humidity", r"absolute.*humid|绝对湿度"),
        ("relative_humidity", r"humid|湿度|\brh\b|% ?rh|% ?rf|feuchte"),
        ("battery", r"battery|电池|电量"),
        ("pressure", r"pressure|气压|压力"),
        ("co2", r"\bco2\b|二氧化碳"),
        ("illuminance", r"illuminance|\blux\b|\blight\b|光照|照度"),
        ("temperature", r"temp|温度|celsius|fahrenheit"),
    )
)
_UNITS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (unit, re.compile(pattern))
    for unit, pattern in (
        ("°C", r"° ?c|\bdeg\.? ?c|celsius|摄氏|[(\[]c[)\]]"),
        ("°F", r"° ?f|\bdeg\.? ?f|fahrenheit|华氏|[(\[]f[)\]]"),
        ("K", r"kelvin|[(\[]k[)\]]"),
        ("%RH", r"%"),
        ("g/m³", r"g/m3|g/m³"),
        ("hPa", r"\bhpa\b"),
        ("kPa", r"\bkpa\b"),
        ("mbar", r"\bmbar\b"),
        ("Pa", r"\bpa\b"),
        ("ppm", r"\bppm\b"),
        ("klx", r"\bklx\b"),
        ("lx", r"\blx\b|\blux\b"),
        ("mV", r"\bmv\b"),
        ("V", r"[(\[/ ]v\b"),
    )
)
_OF_UNIT = {"°C": "temperature", "°F": "temperature", "K": "temperature", "%RH": "relative_humidity"}
"""What a column measures that is titled by nothing but its unit, or by a channel."""


def find_header(rows: Sequence[Row]) -> Header | None:
    """The first row that names a time and a quantity; None if there is none among the first ones."""
    for number, row in enumerate(rows[:_SEARCHED], start=1):
        columns = _settled([_column(index, cell) for index, cell in enumerate(row)])
        roles = {column.role for column in columns}
        if Role.QUANTITY in roles and roles & {Role.TIME, Role.CLOCK}:
            titled = tuple(column for column in columns if column.title)
            return Header(number, titled, _offset_min(titled))
    return None


def plain(cell: Cell) -> str:
    """A title as it is compared: full-width and composed signs (℃) taken apart, small letters, single blanks."""
    if not isinstance(cell, str):
        return ""
    return " ".join(unicodedata.normalize("NFKC", cell).casefold().replace("_", " ").split())


def unit_in(text: str) -> str:
    """The unit that a title or a cell (as `plain` makes it) names; "" if it names none."""
    return next((unit for unit, pattern in _UNITS if pattern.search(text)), "")


def _column(index: int, cell: Cell) -> Column:
    text = plain(cell)
    title = str(cell).strip() if isinstance(cell, str) else ""
    if not text or len(text) > _LONGEST_TITLE:
        return Column(index, title[:_LONGEST_TITLE], Role.IGNORED)
    if (role := _time_role(text)) is not None:
        return Column(index, title, role)
    if _DEVICE.search(text):
        return Column(index, title, Role.DEVICE)
    unit = unit_in(text)
    quantity = next((name for name, pattern in _QUANTITIES if pattern.search(text)), _OF_UNIT.get(unit, ""))
    if not quantity or _NOT_A_MEASUREMENT.search(text):
        return Column(index, title, Role.IGNORED)
    if quantity == "battery":
        quantity = "battery_voltage" if unit in {"V", "mV"} else "battery_level"
    return Column(index, title, Role.QUANTITY, quantity, unit)


def _time_role(text: str) -> Role | None:
    if _NOT_ITS_TIME.search(text) or _NOT_A_MEASUREMENT.search(text):
        return None
    if _DATE_AND_TIME.search(text):
        return Role.TIME
    if _DATE.search(text):
        return Role.DATE
    return Role.CLOCK if _TIME.search(text) else None


def _settled(columns: list[Column]) -> list[Column]:
    """One time: a whole one, else a date with a time of day, else whichever there is; the others are ignored."""
    whole = [c for c in columns if c.role is Role.TIME][:1]
    dates = [c for c in columns if c.role is Role.DATE][:1]
    clocks = [c for c in columns if c.role is Role.CLOCK][:1]
    if whole:
        kept = {whole[0].at: Role.TIME}
    elif dates and clocks:
        kept = {dates[0].at: Role.DATE, clocks[0].at: Role.CLOCK}
    else:
        kept = {c.at: Role.TIME for c in dates or clocks}
    of_time = {Role.TIME, Role.DATE, Role.CLOCK}
    return [
        c._replace(role=kept.get(c.at, Role.IGNORED)) if c.role in of_time else c for c in columns
    ]  # fmt: skip


def _offset_min(columns: Sequence[Column]) -> int | None:
    for column in columns:
        found = _OFFSET.search(plain(column.title)) if column.role in {Role.TIME, Role.CLOCK} else None
        if found:
            sign = -1 if found[1] == "-" else 1
            return sign * (int(found[2] or 0) * 60 + int(found[3] or 0))
    return None

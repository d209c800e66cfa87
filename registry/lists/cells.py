"""Readers of single cells, as clerks fill them: full-width digits, thousands separators, ¥ and 万, 是 and 否."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from ingest.nouns import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_SECOND
from registry import fields
from registry.faults import FieldError

MAX_AMOUNT = Decimal(10) ** 13
_SPACES = dict.fromkeys(map(ord, "\u00a0\u1680\u2007\u2009\u200a\u202f\u3000\t\n\r"), " ")
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"), None)
_TIDY: dict[int, str | None] = {**_SPACES, **_UNSEEN}
_FORMULA_FAULTS = re.compile(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|GETTING_DATA)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_MONEY = re.compile(r"^(?:[¥￥]|RMB|CNY|人民币)|(?:元|RMB|CNY|圆)(?:整)?$", re.IGNORECASE)
_TIMES_OF_TEN = {"万": 10_000, "亿": 100_000_000}
_DURATION = re.compile(
    r"(\d+(?:\.\d+)?)(s|sec|seconds?|秒|m|min|minutes?|分|分钟|h|hours?|小时|时|d|days?|天|日)?"
)
_UNITS = {"s": US_PER_SECOND, "秒": US_PER_SECOND, "m": US_PER_MINUTE, "分": US_PER_MINUTE, "h": US_PER_HOUR,
          "小": US_PER_HOUR, "时": US_PER_HOUR, "d": US_PER_DAY, "天": US_PER_DAY, "日": US_PER_DAY}  # fmt: skip
_YES = frozenset({"是", "有", "对", "√", "✓", "y", "yes", "true", "t", "1"})
_NO = frozenset({"否", "无", "没有", "不是", "×", "✗", "x", "n", "no", "false", "f", "0"})
_TIME_OF_DAY = re.compile(r"(\d{1,2})(?::|点|时)?(?:(\d{2})分?)?(?::\d{2})?")
_LANGUAGES = {"german": "de", "德语": "de", "japanese": "ja", "日语": "ja", "korean": "ko", "韩语": "ko", "french": "fr",
              "法语": "fr", "russian": "ru", "俄语": "ru", "spanish": "es", "西班牙语": "es", "vietnamese": "vi", "越南语": "vi"}  # fmt: skip
_SEPARATORS = re.compile(r"[,;，；、\s]+")
_COMMAS = re.compile(r"\s*[,;，；、]+\s*")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
_PHONE = re.compile(r"\+?[\d ()/.-]{3,40}(?:(?:转|ext\.?|x|#)\s?\d{1,8})?", re.IGNORECASE)
_CURRENCY = re.compile(r"[A-Z]{3}")
_CURRENCIES = {
    "元": "CNY",
    "人民币": "CNY",
    "RMB": "CNY",
    "¥": "CNY",
    "美元": "USD",
    "$": "USD",
    "欧元": "EUR",
    "€": "EUR",
}


def shown(cell: object) -> str:
    """A cell as people see it: whole numbers without `.0`, no spaces around."""
    if isinstance(cell, str):
        return cell.strip() if cell.isascii() and cell.isprintable() else cell.translate(_TIDY).strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, float):
        return f"{cell:.15g}"
    if isinstance(cell, datetime | date | time):
        return cell.isoformat().replace("T", " ")
    if isinstance(cell, list):
        return ", ".join(shown(item) for item in cell)
    return "" if cell is None else str(cell)


def is_empty(cell: object) -> bool:
    """Nothing, or only spaces."""
    return shown(cell) == ""


def folded(text: str) -> str:
    """Text for comparing words: full-width forms made plain, no case, no spaces, `_` or `-`."""
    plain = unicodedata.normalize("NFKC", text.translate(_UNSEEN)).casefold()
    return re.sub(r"[\s_-]+", "", plain)


def plain(cell: object) -> str:
    """A cell as text with full-width forms made plain."""
    return unicodedata.normalize("NFKC", shown(cell)).strip()


def text(cell: object) -> str:
    """A text of one line. A number stays as it is written: a telephone number has no `.0`."""
    found = shown(cell)
    if isinstance(cell, dict | timedelta):
        raise FieldError("not_text")
    if _FORMULA_FAULTS.fullmatch(found):
        raise FieldError("formula_fault")
    if len(found) > fields.MAX_TEXT or not found.isprintable():
        raise FieldError("bad_text", limit=fields.MAX_TEXT)
    return found


def key(cell: object) -> str:
    """A key of our own, in small letters whatever was typed."""
    found = plain(cell).lower()
    return _as(fields.key, found)


def gateway_key(cell: object) -> str:
    """A gateway's id as on the wire."""
    return _as(fields.gateway_key, plain(cell))


def full_name(cell: object) -> str:
    """The full name of a device, `gateway/device`."""
    return _as(fields.full_name, plain(cell))


def decimal(cell: object) -> Decimal:
    """A number as exactly as it is written; of a computed cell the 15 digits that a spreadsheet shows."""
    if isinstance(cell, bool | datetime | date | time | timedelta | list | dict):
        raise FieldError("not_a_number")
    if isinstance(cell, int):
        return _bounded(Decimal(cell))
    if isinstance(cell, float):
        if not math.isfinite(cell):
            raise FieldError("not_a_number")
        return _bounded(_tidy(Decimal(f"{cell:.15g}")))
    text(cell)
    found = plain(cell).replace(" ", "").replace("−", "-").replace("'", "")
    if _GROUPED.fullmatch(found):
        found = found.replace(",", "")
    if not _PLAIN.fullmatch(found):
        raise FieldError("decimal_comma" if "," in found else "not_a_number")
    return _bounded(_tidy(Decimal(found)))


def amount(cell: object) -> Decimal:
    """Money: `¥12,000`, `1.2万`, `3500元`."""
    if not isinstance(cell, str):
        return _not_negative(decimal(cell))
    found = _MONEY.sub("", plain(cell).replace(" ", ""))
    found = _MONEY.sub("", found)
    factor = _TIMES_OF_TEN.get(found[-1:], 1)
    return _not_negative(_bounded(_tidy(decimal(found[:-1] if factor > 1 else found) * factor)))


def quantity_of_goods(cell: object) -> Decimal:
    """How much: a number that is not negative."""
    return _not_negative(decimal(cell))


def number(low: float, high: float) -> Callable[[object], float]:
    """A number between two bounds, both allowed."""

    def read(cell: object) -> float:
        found = float(decimal(cell))
        if not low <= found <= high:
            raise FieldError("out_of_range", low=low, high=high)
        return found

    return read


def percentage(cell: object) -> float:
    """A share in %: `12 %`, `12`, or a cell formatted as a percentage (which holds 0.12)."""
    if isinstance(cell, str):
        found = float(decimal(plain(cell).rstrip("%")))
    else:
        found = float(decimal(cell))
        # A spreadsheet keeps 12 % as 0.12; what is asked in % here is never below 1 %.
        found = float(f"{found * 100:.12g}") if 0 < found <= 1 else found
    if not 0 <= found <= 100:
        raise FieldError("out_of_range", low=0, high=100)
    return found


def flag(cell: object) -> bool:
    """Yes or no."""
    word = folded(shown(cell))
    if word in _YES or word in _NO:
        return word in _YES
    raise FieldError("not_yes_or_no")


def duration(cell: object) -> int:
    """How long, in µs: `15 min`, `15分钟`, `2 h`; a bare number is seconds."""
    if isinstance(cell, timedelta):
        found: float = cell / timedelta(microseconds=1)
    elif isinstance(cell, time):
        found = (cell.hour * 3600 + cell.minute * 60 + cell.second) * US_PER_SECOND
    else:
        match = _DURATION.fullmatch(plain(cell).replace(" ", "").lower())
        found = float(match[1]) * _UNITS[(match[2] or "s")[0]] if match else 0
    if not 0 < found < 3650 * US_PER_DAY:
        raise FieldError("bad_duration")
    return round(found)


def whole(low: int, high: int) -> Callable[[object], int]:
    """A whole number between two bounds."""
    read = number(low, high)

    def count(cell: object) -> int:
        found = read(cell)
        if found != round(found):
            raise FieldError("not_whole")
        return round(found)

    return count


def time_of_day(cell: object) -> str:
    """08:30, 8:30, 8点, 8点半, 8点30分, or a cell that is a time."""
    if isinstance(cell, datetime | time):
        return cell.strftime("%H:%M")
    match = _TIME_OF_DAY.fullmatch(plain(cell).replace("：", ":").replace("点半", ":30"))
    if not match or int(match[1]) > 23 or int(match[2] or 0) > 59:
        raise FieldError("bad_time_of_day")
    return f"{int(match[1]):02d}:{int(match[2] or 0):02d}"


def spoken_language(cell: object) -> str:
    """A language by its code, or one of those that we speak by its name."""
    typed = plain(cell)
    try:
        return language(typed)
    except FieldError:
        found = _LANGUAGES.get(typed.casefold(), typed.casefold())
        return _as(fields.spoken_language, found)


def time_zone(cell: object) -> str:
    """An IANA name, or what people in China say for theirs."""
    found = plain(cell)
    if folded(found).replace(":", "") in _CHINA:
        return "Asia/Shanghai"
    return _as(fields.time_zone, found)


_CHINA = frozenset({
    "北京时间", "中国", "中国标准时间", "北京", "上海", "utc+8", "utc+08", "utc+0800", "gmt+8", "gmt+0800",
    "+8", "+08", "+0800", "东八区", "china", "beijing", "beijingtime", "cst",
})  # fmt: skip


def email(cell: object) -> str:
    """An e-mail address."""
    found = plain(cell)
    if len(found) > 254 or not _EMAIL.fullmatch(found):
        raise FieldError("bad_email")
    return found


def phone(cell: object) -> str:
    """A telephone number, with spaces as written."""
    found = re.sub(r"\s+", " ", text(plain(cell)))
    if not _PHONE.fullmatch(found):
        raise FieldError("bad_phone")
    return found


def currency(cell: object) -> str:
    """A currency by its three letters (ISO 4217), or 元."""
    found = plain(cell).upper()
    found = _CURRENCIES.get(found, found)
    if not _CURRENCY.fullmatch(found):
        raise FieldError("bad_currency")
    return found


def gtin(cell: object) -> str:
    """A GTIN of 8, 12, 13 or 14 digits whose check digit is right (GS1 General Specifications 7.9)."""
    found = plain(cell).replace(" ", "").replace("-", "")
    if not re.fullmatch(r"\d{8}|\d{12,14}", found):
        raise FieldError("bad_gtin")
    *digits, check = map(int, found)
    weighted = sum(digit * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    if -weighted % 10 != check:
        raise FieldError("bad_check_digit", digit=-weighted % 10)
    return found


def language(cell: object) -> str:
    """`zh` or `en`, or the language's name."""
    word = folded(shown(cell))
    if word in {"zh", "zhcn", "中文", "汉语", "简体中文", "chinese"}:
        return "zh"
    if word in {"en", "英文", "英语", "english"}:
        return "en"
    raise FieldError("bad_language")


def named(cell: object) -> tuple[str, ...]:
    """Several names, which may have spaces within them, between commas or semicolons."""
    parts = cell if isinstance(cell, list) else _COMMAS.split(shown(cell))
    return tuple(dict.fromkeys(text(part) for part in parts if shown(part)))


def several(read: Callable[[object], Any]) -> Callable[[object], tuple[Any, ...]]:
    """Several of something, between commas, semicolons or spaces."""

    def all_of(cell: object) -> tuple[Any, ...]:
        items = cell if isinstance(cell, list) else [part for part in _SEPARATORS.split(text(cell)) if part]
        return tuple(dict.fromkeys(read(item) for item in items))

    return all_of


def _as(read: Callable[[object], str], value: str) -> str:
    """What a reader of registry files makes of it; the cell is shown beside the fault, so it is not repeated."""
    try:
        return read(value)
    except FieldError as error:
        raise FieldError(error.code) from error


def _bounded(value: Decimal) -> Decimal:
    if abs(value) >= MAX_AMOUNT:
        raise FieldError("too_big")
    return value


def _tidy(value: Decimal) -> Decimal:
    """Without exponent and without zeros at the end: equal numbers are equal texts."""
    if not value or value.adjusted() > 24 or value.adjusted() < -30:
        return Decimal(0) if abs(value) < 1 else value
    found = value.normalize()
    exponent = found.as_tuple().exponent
    return found.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else found


def _not_negative(value: Decimal) -> Decimal:
    if value < 0:
        raise FieldError("negative")
    return value

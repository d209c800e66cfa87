"""Settings: what a mapping asks for, and the document with it filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ingest.mapping.fields import Faults, Table, shown
from ingest.mapping.nouns import Setting, SettingKind

GATEWAY: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PLACE = re.compile(r"<([A-Za-z_][A-Za-z0-9_]*)>")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TOPIC = re.compile(r"\+|[^+#{}<>\0]+")
_FIELDS = ("title", "kind", "default")
_AS_WRITTEN = ("settings", "title", "note")
MAX_DEPTH = 16


def read_settings(document: Table) -> dict[str, Setting]:
    """What the document asks for, by name."""
    asked = document.table("settings")
    if asked is None:
        return {}
    found: dict[str, Setting] = {}
    for name in asked.row:
        table = asked.table(name)
        if table is None or not _NAME.fullmatch(name):
            asked.fault(name, "bad_setting_name")
            continue
        table.only(_FIELDS)
        kind = table.choice("kind", SettingKind, SettingKind.TEXT)
        setting = Setting(name, table.spoken("title", name), kind, None)
        if "default" in table.row:
            default = _checked(table.faults, table.field("default"), setting, table.row["default"])
            setting = Setting(name, setting.title, kind, default)
        found[name] = setting
    return found


def fill(
    document: Mapping[str, object],
    settings: Mapping[str, Setting],
    given: Mapping[str, object],
    faults: Faults,
) -> dict[str, object]:
    """The document with every `<name>` replaced; what is missing, unknown or unfit is noted."""
    for name in given:
        if name not in settings:
            faults.add(f"settings.{shown(name)}", "unknown_setting", name=shown(name))
    values: dict[str, str | float] = {}
    for name, setting in settings.items():
        value = given.get(name, setting.default)
        checked = None if value is None else _checked(faults, f"settings.{name}", setting, value)
        if value is None:
            faults.add(f"settings.{name}", "setting_missing", name=name)
        values[name] = "" if checked is None else checked
    return {
        name: part if name in _AS_WRITTEN else _filled(part, values, faults, name, MAX_DEPTH)
        for name, part in document.items()
    }


def _checked(faults: Faults, field: str, setting: Setting, value: object) -> str | float | None:
    if setting.kind is SettingKind.NUMBER:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Table(faults, field, {"": value}).number("", 0.0)
        faults.add(field, "not_number", found=shown(value))
        return None
    if not isinstance(value, str) or not value or not _fits(setting.kind, value):
        faults.add(field, f"not_{setting.kind}", found=shown(value))
        return None
    return value


def _fits(kind: SettingKind, value: str) -> bool:
    match kind:
        case SettingKind.TIME_ZONE:
            return zone_of(value) is not None
        case SettingKind.GATEWAY:
            return bool(GATEWAY.fullmatch(value))
        case SettingKind.TOPIC:
            return all(_TOPIC.fullmatch(level) for level in value.split("/"))
        case _:
            return len(value) <= 200 and value.isprintable() and not set(value) & set("{}<>")


def zone_of(name: str) -> ZoneInfo | None:
    """The zone of an IANA name, None if there is none."""
    try:
        return ZoneInfo(name) if name and len(name) < 80 and "." not in name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _filled(
    part: object, values: Mapping[str, str | float], faults: Faults, field: str, depth: int
) -> object:
    if isinstance(part, str):
        return _filled_text(part, values, faults, field)
    if depth == 0:
        faults.add(field, "too_deep")
        return None
    if isinstance(part, dict):
        return {
            str(_filled_text(str(name), values, faults, field)): _filled(
                inner, values, faults, f"{field}.{shown(name)}", depth - 1
            )
            for name, inner in part.items()
        }
    if isinstance(part, list):
        return [
            _filled(inner, values, faults, f"{field}[{number}]", depth - 1)
            for number, inner in enumerate(part, start=1)
        ]
    return part


def _filled_text(text: str, values: Mapping[str, str | float], faults: Faults, field: str) -> str | float:
    whole = _PLACE.fullmatch(text)
    if whole and whole[1] in values:
        return values[whole[1]]

    def word(match: re.Match[str]) -> str:
        if match[1] not in values:
            faults.add(field, "no_such_setting", name=match[1])
            return match[0]
        value = values[match[1]]
        return f"{value:g}" if isinstance(value, float) else value

    return _PLACE.sub(word, text)

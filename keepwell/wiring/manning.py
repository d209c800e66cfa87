"""Whether enough people are named, asked of an installation, beside a running service or without."""

from __future__ import annotations

from typing import Any

from detect.nouns import Json
from keepwell.settings import Settings
from keepwell.wiring.parts import now_us
from store.repositories.registry import RegistryRepository
from store.service import open_service
from texts import Language, render
from tickets.dispatch.shortages import Shortage, Weight, shortages


def build(settings: Settings, lang: Language = "en") -> dict[str, Any]:
    """What is short, each with what to do, and the lines that say so; nothing is checked before there is a service database."""
    if not settings.service_url and not settings.service_file.exists():
        return {"people_checked": False, "critical": 0, "warning": 0, "findings": [], "lines": []}
    database = open_service(settings.service, now_us())
    try:
        with database.reading() as connection:
            found = shortages(RegistryRepository(connection).snapshot(), now_us())
    finally:
        database.close()
    critical = sum(one.weight is Weight.CRITICAL for one in found)
    told = [_told(one, lang) for one in found]
    counts: dict[str, Json] = {"critical": critical, "warning": len(found) - critical}
    summary = render("manning.summary" if found else "manning.enough", counts, lang)
    lines = [render("manning.line", one, lang) for one in told]
    return {"people_checked": True, **counts, "findings": told, "lines": [*lines, summary]}


def _told(short: Shortage, lang: Language) -> dict[str, Json]:
    """A shortage as data and in words, on the clocks of its site."""
    params = dict(short.params)
    zone = str(params.get("time_zone", "UTC"))
    says, do = (render(f"manning.{short.code}.{part}", params, lang, zone) for part in ("says", "do"))
    return {
        "code": short.code, "weight": str(short.weight), "subject": short.subject, "params": params, "says": says, "do": do,
    }  # fmt: skip

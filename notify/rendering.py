"""What a message says: the template of its code in the reader's language and register, then the lines of facts it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from detect.nouns import Json
from notify.planning import DIGEST
from store.messages import Telling
from texts import Language, catalogue, placeholders, render, spoken
from tickets.notices import Urgency

MOST_LISTED = 40
"""How many things a digest names one by one."""
LINES = ("place", "found", "breach_us", "act_by_us", "deadline_us")
"""The facts that stand below the sentence if the notice has them, in this order (`notice.line.<name>`)."""
_COMMON: dict[str, Json] = dict.fromkeys(
    ("number", "title", "place", "site", "priority", "deadline_us", "act_by_us", "found", "breach_us", "remedy", "link", "by", "reason",
     "share", "clock", "measure", "due_us", "words", "amount", "customer", "lots", "count", "level", "at_us", "line", "gateway", "names")
)  # fmt: skip
"""What a template may show; what a notice does not say is a dash, never a fault in the middle of the night."""


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom it is written."""

    language: Language
    plain: bool
    """Plain words instead of the data report."""
    time_zone: str
    """For times of things that have no place of their own."""
    name_of: Callable[[str], str] = str
    """Principal (`person:<key>`) → what people call whoever that is."""


@dataclass(frozen=True, slots=True)
class Written:
    """A message in words."""

    title: str
    body: str
    what: str
    """The title alone without number, for spoken and short messages."""
    number: str
    place: str
    todo: str = ""
    """What to do first, in a few words, for spoken and short messages; "" where nothing is proposed, or it is about several things."""


def write(
    tellings: Sequence[Telling], code: str, reader: Reader, links: Mapping[str, str] | None = None
) -> Written:
    """The words of a message about one or several things.

    Args:
        tellings: What it is about, in the order in which it was caused.
        code: `digest` or `several`, if it is about more than one.
        reader: For whom.
        links: Telling → where it is acknowledged.
    """
    known = links or {}
    if len(tellings) == 1:
        return _one(tellings[0], reader, known.get(tellings[0].id, ""))
    return _many(tellings, code, reader, known)


def _one(told: Telling, reader: Reader, link: str) -> Written:
    params = _COMMON | dict(told.params)
    if link:
        params["link"] = link
    if isinstance(params["by"], str):
        params["by"] = reader.name_of(params["by"])
    if isinstance(params["reason"], str):
        params["reason"] = spoken(params["reason"], reader.language)
    zone = str(params.get("time_zone") or reader.time_zone)
    register = "plain" if reader.plain else "data"
    title = render(f"notice.{told.code}.title", params, reader.language, zone)
    lines = [render(f"notice.{told.code}.{register}", params, reader.language, zone), ""]
    lines += [_line(name, params, reader, zone) for name in LINES if params[name] is not None]
    if link and "link" not in placeholders(
        catalogue(reader.language).get(f"notice.{told.code}.{register}", "")
    ):
        lines.append(_led(told, link, reader))
    lines += _steps(params["remedy"], reader)
    number, place = str(params["number"] or ""), str(params["place"] or "")
    return Written(
        _headed(title, number, told.urgency, reader), "\n".join(lines).strip(), title, number, place,
        _todo(params["remedy"], reader.language),
    )  # fmt: skip


def _line(name: str, params: Mapping[str, Json], reader: Reader, zone: str) -> str:
    """A fact; what was found is a data report or plain words, too."""
    found = params[name]
    if name == "found" and isinstance(found, dict):
        own = found.get("params")
        register = "plain" if reader.plain else "data"
        return render(
            f"{found.get('code')}.{register}", own if isinstance(own, dict) else {}, reader.language, zone
        )
    return render(f"notice.line.{name}", params, reader.language, zone)


def _steps(remedy: Json, reader: Reader) -> list[str]:
    """What to do first, step by step. It stands last: where a chat has no room for all, the facts and the link are there."""
    if not isinstance(remedy, dict) or not isinstance(remedy.get("steps"), list):
        return []
    register = "plain" if reader.plain else "data"
    lines = ["", render(f"brief.steps.{register}", {"title": remedy.get("title")}, reader.language)]
    for number, code in enumerate(cast("list[Json]", remedy["steps"]), 1):
        lines.append(f"{number}. {render(str(code), {}, reader.language)}")
    if remedy.get("more"):
        lines.append(render("brief.steps.more", {"count": remedy["more"]}, reader.language))
    return lines


def _todo(remedy: Json, lang: Language) -> str:
    code = remedy.get("first") if isinstance(remedy, dict) else None
    return render(str(code), {}, lang) if code else ""


def _many(tellings: Sequence[Telling], code: str, reader: Reader, links: Mapping[str, str]) -> Written:
    count = len(tellings)
    title = render(f"notice.{code}.title", {"count": count}, reader.language)
    register = "plain" if reader.plain else "data"
    lines = [render(f"notice.{code}.{register}", {"count": count}, reader.language), ""]
    for told in tellings[:MOST_LISTED]:
        lines.append(f"· {_listed(told, reader)}")
        first = _todo(told.params.get("remedy"), reader.language)
        if first and told.urgency is Urgency.CRITICAL:
            lines.append(render("brief.steps.first", {"first": first}, reader.language))
        if links.get(told.id):
            lines.append(_led(told, links[told.id], reader))
    if count > MOST_LISTED:
        more = {"count": count - MOST_LISTED}
        lines.append(render("notice.line.more", more, reader.language))
    urgency = Urgency.NORMAL if code == DIGEST else tellings[0].urgency
    place = str(tellings[0].params.get("place") or "")
    return Written(_headed(title, "", urgency, reader), "\n".join(lines).strip(), title, "", place)


def _listed(told: Telling, reader: Reader) -> str:
    one = _one(told, reader, "")
    place = f" ({one.place})" if one.place else ""
    return f"{one.title}{place}"


def _led(told: Telling, link: str, reader: Reader) -> str:
    """The line with the address: to acknowledge, or to see how it goes on."""
    line = "answer" if told.until_answered else "follow"
    return render(f"notice.line.{line}", {"link": link}, reader.language)


def _headed(title: str, number: str, urgency: Urgency, reader: Reader) -> str:
    """`[KW-000123] title`, with the word for critical before it."""
    mark = render("notice.mark.critical", {}, reader.language) if urgency is Urgency.CRITICAL else ""
    return " ".join(part for part in (mark, f"[{number}]" if number else "", title) if part)

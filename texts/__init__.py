"""Every sentence a person reads: a message code and parameters, rendered per language.

A catalogue is `texts/<language>/<stage>.toml`. Its keys, joined by dots, are message codes; its values are sentences
with `{name}` or `{name:format}` placeholders (the formats are those of `texts.formats`). `{name:text}` renders the
message code that the parameter holds, or `{"code": …, "params": {…}}`; `{name:name}` the same, or as it is what somebody wrote; `{name:word(prefix)}` renders `prefix.<value>` or, for a word that
no catalogue knows, the value itself; of a list each of its words.
"""

from __future__ import annotations

import re
import tomllib
import warnings
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from detect.nouns import Json
from texts import formats

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

_PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+)(?:\(([\w.]+)\))?)?\}")


class MissingText(UserWarning):
    """A message code, or a parameter of one, that is not there. In tests it is an error, a page shows what it has."""


def render(code: str, params: Mapping[str, Json], lang: Language, time_zone: str = "UTC") -> str:
    """The sentence of `code` in `lang`; times are shown on the clocks of `time_zone` (an IANA name).

    A code that no catalogue holds is shown as it is, with its parameters, and warned of as `MissingText`.
    """
    template = catalogue(lang).get(code)
    if template is None:
        warnings.warn(f"no text for {code!r} in {lang!r}", MissingText, stacklevel=2)
        return _bare(code, params)

    def fill(match: re.Match[str]) -> str:
        name, style, argument = match.groups()
        if name not in params:
            warnings.warn(f"{code!r} has no parameter {name!r}", MissingText, stacklevel=2)
            return formats.NOTHING
        return _fill(params[name], style or "plain", argument, lang, time_zone)

    return _PLACEHOLDER.sub(fill, template)


def spoken(words: str, lang: Language) -> str:
    """A reason for people: the sentence if `words` is a message code (the system's reasons are), else the words."""
    return catalogue(lang).get(words, words)


@cache
def catalogue(lang: Language) -> Mapping[str, str]:
    """All sentences of one language by message code.

    Raises:
        ValueError: two files define the same code, or a value is not a sentence.
    """
    texts: dict[str, str] = {}
    for file in sorted(files("texts").joinpath(lang).iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        for code, text in _flat(tomllib.loads(file.read_text("utf-8"))):
            if code in texts:
                raise ValueError(f"texts/{lang}/{file.name}: {code} is defined twice")
            texts[code] = text
    return texts


def placeholders(text: str) -> set[str]:
    """The names of the parameters that a sentence shows."""
    return {match[1] for match in _PLACEHOLDER.finditer(text)}


def _fill(value: Json, style: str, argument: str | None, lang: Language, time_zone: str) -> str:
    if value is None:
        return formats.NOTHING
    if style in {"text", "name"} and isinstance(value, dict):
        params = value.get("params")
        return render(str(value.get("code")), params if isinstance(params, dict) else {}, lang, time_zone)
    if style == "name" and not isinstance(value, dict):
        return str(value)
    if style == "text":
        return render(str(value), {}, lang, time_zone)
    if style == "word" and isinstance(value, list):
        words: list[Json] = [_fill(item, style, argument, lang, time_zone) for item in value]
        return formats.FORMATS["plain"](words, formats.Locale(lang, time_zone, catalogue(lang)))
    if style == "word":
        return catalogue(lang).get(f"{argument}.{value}", str(value))
    return formats.FORMATS[style](value, formats.Locale(lang, time_zone, catalogue(lang)))


def _flat(table: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    """Nested tables as (dotted code, sentence)."""
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{prefix}{key}.")
        elif isinstance(value, str):
            found.append((prefix + key, value))
        else:
            raise ValueError(f"{prefix}{key} is not a sentence")
    return found


def _bare(code: str, params: Mapping[str, Json]) -> str:
    shown = ", ".join(f"{name}={value}" for name, value in params.items())
    return f"{code} ({shown})" if shown else code

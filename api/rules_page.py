"""The tables of docs/rules.md, from the default profiles and their adaptations: `python -m api.rules_page docs/rules.md`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from detect.nouns import CONDITIONING, FREEZE_THAW, Limit
from registry.adaptations import Adaptation, adaptations
from registry.nouns import Profile
from registry.profiles import default_profiles
from texts import render
from texts.formats import FORMATS, Locale

_PLACE = re.compile(r"<!-- (defaults|adaptations) -->.*?<!-- end -->", re.DOTALL)
_SEPARATOR = "---"
_UNITS = {
    "temperature": "°C", "product_temperature": "°C", "relative_humidity": "%", "dew_point_margin": "K",
    "time_of_wetness": "h", "freeze_thaw": "°C", "rate_of_change": "K/h", "conditioning": "K",
    "mean_kinetic_temperature": "°C",
}  # fmt: skip


def filled(page: str) -> str:
    """The page with both tables as they are now, between `<!-- defaults -->` (`adaptations`) and `<!-- end -->`."""
    tables = {"defaults": "\n".join(_defaults()), "adaptations": "\n".join(_adaptations())}
    return _PLACE.sub(lambda match: f"<!-- {match[1]} -->\n{tables[match[1]]}\n<!-- end -->", page)


def _defaults() -> Iterator[str]:
    """Per profile a heading, how it is measured, and a table of its rules."""
    for profile in default_profiles().values():
        yield f"\n### `{profile.key}`: {profile.name} ({profile.name_zh})\n\n{_measured(profile)}\n"
        yield from _table(
            ("band", "rule", "severity", "why this figure"),
            ((f"`{limit.band}`", _rule(limit), limit.severity, _reason(limit)) for limit in profile.versions[0].limits),
        )  # fmt: skip


def _adaptations() -> Iterator[str]:
    """One table of what is changed where."""
    yield ""
    yield from _table(
        ("goods", "where", "what is changed", "why"),
        ((_join(row.goods), _where(row), _changed(row), _why(row)) for row in adaptations()),
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for cells in (heads, [_SEPARATOR] * len(heads), *rows):
        yield f"| {' | '.join(cells)} |"


def _measured(profile: Profile) -> str:
    version = profile.versions[0]
    lags = [(profile.form, version.lag_us), *version.lags] if version.lag_us else []
    parts = [
        f"Measured every {_duration(version.interval_us)}",
        f"accuracy {', '.join(f'{name} ±{value:g}' for name, value in version.accuracy)}",
        f"unwatched after {_duration(version.unwatched_us)}",
    ]
    if lags:
        parts.append("lag " + ", ".join(f"{form} {lag / 3.6e9:.1f} h" for form, lag in lags if lag))
    return "; ".join(parts) + "."


def _rule(limit: Limit) -> str:
    sign = "≥" if limit.side == "high" else "≤"
    told = f"{limit.quantity} {sign} {_value(limit.quantity, limit.limit)}"
    if limit.budget_us:
        return f"{told} for more than {limit.budget_us / 3.6e9:g} h in {_duration(limit.window_us)}"
    if limit.quantity == CONDITIONING:
        return f"{told} until it was less for {_duration(limit.on_delay_us)}{_stages(limit)}"
    if limit.window_us and not limit.on_delay_us:
        return f"{told} within {_duration(limit.window_us)}"
    within = (
        f", more than {limit.cycles} times in {_duration(limit.window_us)}"
        if limit.quantity == FREEZE_THAW
        else ""
    )
    return f"{told} for {_duration(limit.on_delay_us)}{within}{_stages(limit)}"


def _stages(limit: Limit) -> str:
    return f" ({_join(limit.stages)} only)" if limit.stages else ""


def _reason(limit: Limit) -> str:
    return " ".join(render(code, {}, "en") for code in (limit.source, limit.off) if code)


def _where(row: Adaptation) -> str:
    told = [str(zone).replace("_", " ") for zone in row.zones]
    shore = {True: ["coast"], False: ["inland"], None: []}[row.coastal]
    damp = {True: ["south, or a coast"], False: ["dry"], None: []}[row.damp]
    control = [f"control: {_join(str(one) for one in row.controls)}"] if row.controls else []
    return "; ".join([part for part in (_join(told),) if part] + shore + damp + control) or "everywhere"


def _changed(row: Adaptation) -> str:
    told = [f"`{band}`: {_changes(band, row)}" for band in row.bands]
    if row.interval_us:
        told.append(f"measured every {_duration(row.interval_us)}")
    return "; ".join(told) or "said as a caution"


def _changes(band: str, row: Adaptation) -> str:
    default = default_profiles()[row.goods[0]].versions[0].limits
    limit = next(limit for limit in row.fitted(default) if limit.band == band)
    if band not in {limit.band for limit in default}:
        return f"new: {_rule(limit)}, {limit.severity}"
    changes = row.bands[band]
    told = [
        _change(limit.quantity, field.name, changes[field.name])
        for field in fields(Limit)
        if field.name in changes
    ]
    return ", ".join(part for part in told if part)


def _change(quantity: str, name: str, value: Any) -> str:
    if name == "limit":
        return _value(quantity, value)
    if name == "budget_us":
        return f"{value / 3.6e9:g} h"
    if name == "on_delay_us":
        return f"after {_duration(value)}"
    return {"severity": str(value), "off": "off"}.get(name, "")


def _why(row: Adaptation) -> str:
    codes = [changes[name] for changes in row.bands.values() for name in ("source", "off") if name in changes]
    codes += [row.caution] if row.caution else []
    return " ".join(render(code, {}, "en") for code in dict.fromkeys(codes))


def _value(quantity: str, value: float) -> str:
    return f"{value:g} {_UNITS[quantity]}"


def _duration(us: int | None) -> str:
    return FORMATS["duration"](
        us, Locale("en", "UTC", {f"time.{unit}": unit for unit in ("d", "h", "min", "s")})
    )


def _join(words: Iterable[str]) -> str:
    return ", ".join(words)


def main() -> None:
    """Fill the tables of the file named on the command line anew."""
    path = Path(sys.argv[1])
    path.write_text(filled(path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()

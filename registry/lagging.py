"""Lagging: which goods in a place follow the air alike, and whence those came that still remember another place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from detect.nouns import CONDITIONING, FREEZE_THAW, RATE_OF_CHANGE, SOURCES, Goods, Stop, settling_us
from ingest.nouns import US_PER_MINUTE
from registry.nouns import ALWAYS_US, Lot, ProfileVersion, RegistrySnapshot
from registry.prevailing import prevailing
from registry.stays import Stay, span, stays

GRID_US = 5 * US_PER_MINUTE
"""Goods that arrive within the same five minutes on the same way arrived together: a truck is one cohort or a few."""
_OF_GOODS = SOURCES.keys() | {FREEZE_THAW, RATE_OF_CHANGE, CONDITIONING}
"""What is reckoned with the goods' own temperature."""


class Present(NamedTuple):
    """Goods are in a place from–to."""

    goods: Goods
    from_us: int
    to_us: int


def lag_of(version: ProfileVersion, form: str) -> tuple[str, int]:
    """(form, time constant) of goods: as their form of stock says, else as the profile's own does ("")."""
    lags = dict(version.lags)
    return (form, lags[form]) if form in lags else ("", version.lag_us or 0)


def lag_matters(version: ProfileVersion) -> bool:
    """Whether some limit asks how the goods follow the air."""
    return any(limit.quantity in _OF_GOODS and not limit.off for limit in version.limits)


def always(profile: str, version: ProfileVersion, from_us: int, to_us: int) -> Iterator[Present]:
    """What a zone's own profile stands for: goods in the profile's own form that have settled there."""
    if lag_matters(version):
        _, lag_us = lag_of(version, "")
        yield Present(Goods(profile, lag_us), from_us, to_us)


def by_lot(every: Iterable[Stay]) -> dict[str, list[Stay]]:
    """Every lot's stays."""
    found: dict[str, list[Stay]] = defaultdict(list)
    for stay in every:
        found[stay.lot].append(stay)
    return found


def presences(
    profile: str,
    version: ProfileVersion,
    stock: str,
    stay: Stay,
    others: Sequence[Stay],
    from_us: int,
    to_us: int,
) -> Iterator[Present]:
    """What a lot is to the plan while it stays in a place under a profile's version (from_us–to_us).

    `stock` is its form of stock, `others` are all its stays. At first it is of a cohort, if it came from somewhere;
    once it has forgotten that, it has settled.
    """
    if not lag_matters(version):
        return
    form, lag_us = lag_of(version, stock)
    settled = Goods(profile, lag_us, form)
    path = _path(stay, others, settling_us(lag_us))
    if not path:
        yield Present(settled, from_us, to_us)
        return
    since_us = _floor(stay.from_us)
    forgets_us = since_us + settling_us(lag_us)
    if from_us < forgets_us:
        fresh = settled._replace(since_us=since_us, path=path)
        yield Present(fresh, from_us, min(to_us, forgets_us))
    if forgets_us < to_us:
        yield Present(settled, max(from_us, forgets_us), to_us)


def _path(stay: Stay, others: Sequence[Stay], memory_us: int) -> tuple[Stop, ...]:
    """Where a lot was in the time before a stay that it remembers; nothing if it was there already, or is not known."""
    if stay.from_us <= ALWAYS_US or not memory_us:
        return ()
    earliest_us = max(stay.from_us - memory_us, ALWAYS_US)
    before = [other for other in others if other.from_us < stay.from_us and other.to_us > earliest_us]
    if any(other.place == stay.place and other.to_us >= stay.from_us for other in before):
        return ()
    cuts = {_floor(us) for other in before for us in (other.from_us, other.to_us)}
    first_us, last_us = _floor(earliest_us), _floor(stay.from_us)
    edges = sorted({first_us, last_us, *(us for us in cuts if first_us < us < last_us)})
    stops = []
    for start_us, end_us in pairwise(edges):
        places = {o.place for o in before if _floor(o.from_us) <= start_us and _floor(o.to_us) >= end_us}
        if places:
            stops.append(Stop(tuple(sorted(places)), start_us, end_us))
    return tuple(stops)


def _floor(us: int) -> int:
    return us - us % GRID_US


def lots_under(snapshot: RegistrySnapshot, band: str, place: str, from_us: int, to_us: int) -> list[Lot]:
    """The lots in a place at some time from–to that a band (`profile/band`, with the name of goods) is about."""
    profile, _, bare = band.rpartition("/")
    goods = bare[bare.index("@") :] if "@" in bare else ""
    holds = prevailing(snapshot)
    versions = [v for p in snapshot.profiles if p.key == profile for v in p.versions]
    lots = {lot.key: lot for lot in snapshot.lots if holds(lot, place) == profile}
    found: dict[str, Lot] = {}
    for key, own in by_lot(stays(snapshot)).items():
        if key in lots and any(
            _is_under(profile, v, lots[key], own, place, goods, from_us, to_us) for v in versions
        ):
            found[key] = lots[key]
    return [found[key] for key in sorted(found)]


def _is_under(
    profile: str, version: ProfileVersion, lot: Lot, own: Sequence[Stay], place: str, goods: str, from_us: int, to_us: int
) -> bool:  # fmt: skip
    """Whether a lot was in a place at some time from–to as goods of that name."""
    valid_from_us, valid_to_us = span(version.valid_from_us, version.valid_to_us)
    start_us, end_us = max(from_us, valid_from_us), min(max(to_us, from_us + 1), valid_to_us)
    return any(
        present.goods.name == goods and present.from_us < end_us and present.to_us > start_us
        for stay in own
        if stay.place == place
        for present in presences(profile, version, lot.form, stay, own, stay.from_us, stay.to_us)
    )

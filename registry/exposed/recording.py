"""Recording: a lot's exposure over all its places as one record, budgets and all; a verdict only where enough was measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from detect.nouns import (
    DEW_POINT_MARGIN,
    FREEZE_THAW,
    PRODUCT_TEMPERATURE,
    TIME_OF_WETNESS,
    Limit,
    Severity,
)
from ingest.nouns import US_PER_HOUR, Columns
from registry.exposed.courses import Course, QuantitiesOf, course
from registry.exposed.harms import Spans, frosts, length_us, means, most_used_us, wet_spans, wetness
from registry.exposed.nouns import ENOUGH, Against, Frosts, Passage, Record, Standing
from registry.exposure import Beside, Beyond, RowsOf, Stay, exposure, joined
from registry.lagging import lag_of
from registry.nouns import RegistrySnapshot
from registry.prevailing import prevailing
from registry.staging import staging
from registry.stays import Stay as Whereabouts

_GOODS = ""
"""Stands for the goods themselves among the devices beside them."""
_OF_GOODS = (PRODUCT_TEMPERATURE, DEW_POINT_MARGIN)


def record(
    snapshot: RegistrySnapshot, lot: str, stays: Sequence[Stay], to_us: int, quantities_of: QuantitiesOf, rows_of: RowsOf
) -> Record | None:  # fmt: skip
    """What a lot went through from its first known place to a moment; None if it was nowhere.

    Args:
        stays: where it was, and with which devices (`registry.exposure.stays_of`).
    """
    if not stays:
        return None
    from_us, to_us = _begin_us(stays), min(max(stay.to_us for stay in stays), to_us)
    if to_us <= from_us:
        return None
    beside = [one._replace(from_us=max(one.from_us, from_us)) for stay in stays for one in stay.beside]
    limits = tuple(dict.fromkeys(limit for one in beside for limit in one.limits))
    lag_us = _lag_us(snapshot, lot, stays)
    way = course(beside, quantities_of, rows_of, lag_us)
    whole_us = to_us - from_us
    wet, told = wet_spans(beside, quantities_of, rows_of)
    found = exposure(
        Stay("", from_us, to_us, tuple([*_budgeted(beside, limits), *_goods(beside)])),
        lambda device: _OF_GOODS if device == _GOODS else quantities_of(device), _with_goods(way, rows_of),
    )  # fmt: skip
    frozen = frosts(way, limits, lag_us, whole_us)
    against = [
        *(_against(one, stays, from_us, to_us) for exposed in found for one in exposed.beyond),
        *(_wet(limit, wet, told, whole_us) for limit in limits if limit.quantity == TIME_OF_WETNESS),
        *(_frozen(limit, frozen, whole_us) for limit in limits if limit.quantity == FREEZE_THAW),
    ]
    watched = max((one.coverage for one in found if one.quantity == "temperature"), default=0.0)
    return Record(
        lot, from_us, to_us, tuple(_passages(snapshot, lot, stays, from_us, to_us)),
        tuple(found), tuple(against), wetness(length_us(wet), length_us(told), whole_us), frozen,
        means(way, limits, to_us), _verdict(against, watched), watched,
    )  # fmt: skip


def _begin_us(stays: Sequence[Stay]) -> int:
    """When the record begins; a stay since ever begins with its first device."""
    first = min(stay.from_us for stay in stays)
    if first > 0:
        return first
    return max(min((one.from_us for stay in stays for one in stay.beside), default=0), 0)


def _lag_us(snapshot: RegistrySnapshot, lot: str, stays: Sequence[Stay]) -> int:
    """The time constant of the goods in their form of stock, by the profile that holds in their last place."""
    goods = next(one for one in snapshot.lots if one.key == lot)
    holds = prevailing(snapshot)
    keys = [holds(goods, stay.place) for stay in reversed(stays)]
    versions = {profile.key: profile.versions for profile in snapshot.profiles}
    known = [versions[key][-1] for key in keys if versions.get(key)]
    return lag_of(known[0], goods.form)[1] if known else 0


def _budgeted(beside: Iterable[Beside], limits: Sequence[Limit]) -> Iterator[Beside]:
    """Budgets go on from place to place, whether or not the rules of the next one name them."""
    budgets = [limit for limit in limits if limit.budget_us]
    return (one._replace(limits=tuple(dict.fromkeys([*one.limits, *budgets]))) for one in beside)


def _goods(beside: Iterable[Beside]) -> Iterator[Beside]:
    """The goods themselves, wherever a device was beside them."""
    for one in beside:
        yield one._replace(
            device=_GOODS, limits=tuple(limit for limit in one.limits if limit.quantity in _OF_GOODS)
        )


def _with_goods(way: Course, rows_of: RowsOf) -> RowsOf:
    own = {
        PRODUCT_TEMPERATURE: way.rows(way.goods_c),
        DEW_POINT_MARGIN: way.rows(way.goods_c - way.dew_point_c),
    }

    def rows(device: str, quantity: str, start_us: int, end_us: int) -> Columns:
        if device != _GOODS:
            return rows_of(device, quantity, start_us, end_us)
        found = own[quantity]
        return found.take(slice(*found.time_us.searchsorted([start_us, end_us])))

    return rows


def _against(one: Beyond, stays: Sequence[Stay], from_us: int, to_us: int) -> Against:
    limit = one.limit
    held_us = to_us - from_us - (0 if limit.budget_us else _elsewhere_us(limit, stays, from_us, to_us))
    longest_us = int((one.stretches[1] - one.stretches[0]).max()) if len(one.stretches[0]) else 0
    most_us = most_used_us(one.stretches, limit) if limit.budget_us else None
    over = most_us > limit.budget_us if most_us is not None else longest_us >= max(limit.on_delay_us, 1)
    coverage = round(one.covered_us / held_us, 4) if held_us else 0.0
    return Against(
        limit, held_us, one.us, max(one.covered_us - one.us, 0), one.area, longest_us, most_us, coverage,
        _standing(over, coverage),
    )  # fmt: skip


def _elsewhere_us(limit: Limit, stays: Sequence[Stay], from_us: int, to_us: int) -> int:
    """For how long the goods were where other rules held, by what their devices were told to watch."""
    others = [stay for stay in stays if stay.beside and not any(limit in one.limits for one in stay.beside)]
    begin = np.array([max(stay.from_us, from_us) for stay in others], np.int64)
    return length_us(joined(begin, np.array([min(stay.to_us, to_us) for stay in others], np.int64)))


def _wet(limit: Limit, wet: Spans, told: Spans, whole_us: int) -> Against:
    """Hours of wetness against what is allowed of them within a window."""
    hours = replace(limit, budget_us=round(limit.limit * US_PER_HOUR))
    most_us = most_used_us(wet, hours)
    coverage = round(length_us(told) / whole_us, 4)
    longest_us = int((wet[1] - wet[0]).max()) if len(wet[0]) else 0
    return Against(
        hours, whole_us, length_us(wet), length_us(told) - length_us(wet), 0.0, longest_us, most_us, coverage,
        _standing(most_us > hours.budget_us, coverage),
    )  # fmt: skip


def _frozen(limit: Limit, found: Frosts, whole_us: int) -> Against:
    """Freezings against how many are allowed."""
    lengths = [(event.to_us - event.from_us) if event.to_us is not None else 0 for event in found.events]
    counts = [
        sum(one.from_us - limit.window_us < other.from_us <= one.from_us for other in found.events)
        for one in found.events
    ]
    covered_us = round(found.coverage * whole_us)
    return Against(
        limit, whole_us, sum(lengths), max(covered_us - sum(lengths), 0), 0.0, max(lengths, default=0), None,
        found.coverage, _standing(max(counts, default=0) > limit.cycles, found.coverage),
    )  # fmt: skip


def _standing(over: bool, coverage: float) -> Standing:
    if over:
        return Standing.BEYOND
    return Standing.WITHIN if coverage >= ENOUGH else Standing.UNKNOWN


def _verdict(against: Sequence[Against], watched: float) -> Standing:
    """Beyond if any limit that calls for work was; within only if all was measured enough."""
    binding = [one.standing for one in against if one.limit.severity is not Severity.ADVICE]
    if Standing.BEYOND in binding:
        return Standing.BEYOND
    if not binding or Standing.UNKNOWN in binding or watched < ENOUGH:
        return Standing.UNKNOWN
    return Standing.WITHIN


def _passages(
    snapshot: RegistrySnapshot, lot: str, stays: Sequence[Stay], from_us: int, to_us: int
) -> Iterator[Passage]:
    """The chain of places, with the stretches between them of which nobody knows."""
    stages, at_us = staging(snapshot), from_us
    for stay in stays:
        if stay.from_us > at_us:
            yield Passage("", "", at_us, stay.from_us, 0)
        at_us = max(at_us, stay.to_us)
        for stage in stages(Whereabouts(lot, stay.place, max(stay.from_us, from_us), min(stay.to_us, to_us))):
            there = {b.device for b in stay.beside if b.from_us < stage.to_us and b.to_us > stage.from_us}
            yield Passage(stay.place, stage.stage, stage.from_us, stage.to_us, len(there))
    if at_us < to_us:
        yield Passage("", "", at_us, to_us, 0)

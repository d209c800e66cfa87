"""What is coming outdoors: from the weather forecast that was newest at a moment, else as the days before went."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detect.forecasts.nouns import HORIZON_H, Air, Floats, Ints, Issue
from ingest.nouns import US_PER_HOUR

DAYS = 7
"""So many days before tell the daily course."""
PERSISTENCE = 0.98
"""By how much of itself, an hour later, weather differs from the days before."""
SHARES = (1.0, 0.7, 0.5, 0.35)
"""What the newest issue may count; 1 = it alone."""
JUDGED, JUDGED_H = 40, (6, 24)
"""So many issues tell which is best, by so many hours ahead of each."""
TURN_K = 4.0
"""What differs more from those before it, by the root mean square, is a turn of the weather and no wavering: it counts alone."""
STALE_H = 30
"""A weather forecast issued longer ago is not gone by."""
BEGINS_H = 24
"""So many hours tell what was before the first that is known: a whole day, as days are warmer than nights."""
EVEN_OUT_H = 6.0
"""How fast what a forecast has wrong right now fades from what it says of the hours to come."""


def filled(series: Floats) -> Floats:
    """A series without NaN: straight lines between what is known; all zeros where nothing is."""
    known = np.flatnonzero(~np.isnan(series))
    if not len(known):
        return np.zeros_like(series)
    return np.asarray(np.interp(np.arange(len(series)), known, series[known]))


def known_from(outdoors: Air) -> Air:
    """The outdoors without gaps. Before the first hour that is known it was as the first days on average: what lags for
    days would take a warm hour at the beginning for weeks of warmth."""
    return Air(*(_begun(series) for series in outdoors))


def _begun(series: Floats) -> Floats:
    known = np.flatnonzero(~np.isnan(series))
    found = filled(series)
    if len(known):
        first = int(known[0])
        found[:first] = found[first : first + BEGINS_H].mean()
    return found


def coming(outdoors: Air, first_hour: int, at: Ints, issues: Sequence[Issue], newest: float) -> Air:
    """What could be expected at each of the hours `at` (rows of the past, (m,)): from that hour on, (m, h + 1).

    Only what was known then is used: hours up to `at`, and the newest issue, in which those before it count as well (`blended`).
    """
    expected = [persisted(series, at) for series in outdoors]
    chosen = _newest(issues, (first_hour + at) * US_PER_HOUR)
    told = blended(issues, newest)
    for number in np.unique(chosen[chosen >= 0]).tolist():
        rows = np.flatnonzero(chosen == number)
        times = (first_hour + at[rows, None] + np.arange(HORIZON_H + 1)) * US_PER_HOUR + US_PER_HOUR // 2
        issue = told[number]
        for own, series in zip(expected, issue.air, strict=True):
            own[rows] = _by_issue(own[rows], times, issue.valid_us, series)
    return Air(*expected)


def blended(issues: Sequence[Issue], newest: float) -> list[Issue]:
    """Each issue drawn towards what those before it said of the same hours: the newest counts `newest`, the one before it
    `newest` of the rest, and so on (lagged average forecasts: Hoffman and Kalnay 1983, with weights that fade); a turn counts alone."""
    found: list[Issue] = []
    for issue in issues:
        before = found[-1] if found else issue
        shared = (issue.valid_us >= before.valid_us[0]) & (issue.valid_us <= before.valid_us[-1])
        series = []
        for new, old in zip(issue.air, before.air, strict=True):
            said = np.interp(issue.valid_us, before.valid_us, old)
            both = shared & ~np.isnan(said)
            differs = (new - said)[both & ~np.isnan(new)]
            turned = len(differs) > 0 and float(differs @ differs) > TURN_K**2 * len(differs)
            series.append(new if turned else np.where(both, newest * new + (1.0 - newest) * said, new))
        found.append(issue._replace(air=Air(*series)))
    return found


def newest_share(issues: Sequence[Issue], first_hour: int, outdoors: Air) -> float:
    """How much the newest issue is to count against those before it: what would have been least wrong lately.

    Args:
        issues: in order of issue; the last `JUDGED` of them are compared with what came.
        first_hour: of the outdoors, (n,), measured, NaN where nothing was.
    """
    lately = list(issues[-JUDGED:])
    middle_us = (first_hour + np.arange(len(outdoors.temp_c))) * US_PER_HOUR + US_PER_HOUR // 2
    wrong = [_wrong(blended(lately, share), middle_us, outdoors) for share in SHARES]
    return SHARES[int(np.argmin(wrong))]


def _wrong(issues: Sequence[Issue], middle_us: Ints, outdoors: Air) -> float:
    """The mean square error of issues over the hours that announcements are about, temperature and dew point together."""
    total, count = 0.0, 0
    for issue in issues:
        first, last = np.searchsorted(middle_us, issue.issued_us + np.array(JUDGED_H) * US_PER_HOUR)
        at = slice(int(first), int(last))
        for said, came in zip(issue.air, outdoors, strict=True):
            error = np.interp(middle_us[at], issue.valid_us, said) - came[at]
            known = error[~np.isnan(error)]
            total, count = total + float(known @ known), count + len(known)
    return total / max(count, 1)


def persisted(series: Floats, at: Ints) -> Floats:
    """The daily course of the last days, and how it differs from that now, fading: (m, h + 1)."""
    ahead = np.arange(HORIZON_H + 1)
    back = -(-ahead // 24) * 24  # whole days back until the same hour is known
    source = at[:, None] + (ahead - back)[None, :]
    days = [series[np.maximum(source - 24 * day, source % 24)] for day in range(DAYS)]
    usual: Floats = np.mean(days, axis=0)
    lately = [series[np.maximum(at - back, 0)] for back in (0, 1, 2)]
    then = [
        np.mean([series[np.maximum(at - b - 24 * d, 0)] for d in range(1, DAYS + 1)], axis=0)
        for b in (0, 1, 2)
    ]
    differs = np.mean(lately, axis=0) - np.mean(then, axis=0)
    usual += differs[:, None] * PERSISTENCE ** ahead[None, :]
    usual[:, 0] = series[at]
    return usual


def _newest(issues: Sequence[Issue], now_us: Ints) -> Ints:
    """The position of the newest issue that was out at each moment and is not stale; -1 without one."""
    if not issues:
        return np.full(len(now_us), -1)
    issued = np.array([issue.issued_us for issue in issues])
    # The hour's mean stands for its middle; what is issued within it is known half an hour later.
    found = np.searchsorted(issued, now_us + US_PER_HOUR, side="right") - 1
    fresh = (found >= 0) & (now_us - issued[found] <= STALE_H * US_PER_HOUR)
    return np.where(fresh, found, -1)


def _by_issue(own: Floats, times: Ints, valid_us: Ints, series: Floats) -> Floats:
    """What an issue says, brought to what is measured now; beyond its end it goes on as the days before differ; (m, h + 1)."""
    said = np.interp(times, valid_us, series)
    covered = (times >= valid_us[0]) & (times <= valid_us[-1]) & ~np.isnan(said)
    ahead = np.arange(times.shape[1])
    wrong_now = np.where(covered[:, 0], own[:, 0] - said[:, 0], 0.0)
    told = said + wrong_now[:, None] * np.exp(-ahead / EVEN_OUT_H)
    last = np.maximum((covered * ahead).max(axis=1), 0)
    at_last = np.take_along_axis(told - own, last[:, None], axis=1)
    beyond = own + at_last * PERSISTENCE ** np.maximum(ahead - last[:, None], 0)
    later = covered.any(axis=1)[:, None] & (ahead > last[:, None])
    return np.asarray(np.where(covered, told, np.where(later, beyond, own)))

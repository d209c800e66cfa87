"""Alarms as they go over the wire: who sees only its own learns of nobody else, and of nobody's reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from api.policy import bound, names_of
from api.ticket_text import name_for
from api.times import text_of, text_of_optional
from api.views_alarms import AckView, AlarmFull, AlarmView, DecisionView, ShelfView, StillView
from registry.nouns import Principal
from tickets.alarming.nouns import MORE, Ack, Decision, Shelf, Still
from tickets.nouns import Alarm


class AboutAlarm(NamedTuple):
    """What is kept beside an alarm."""

    acks: Sequence[Ack]
    lots: Sequence[str]
    """The lots that wait for a decision, as far as the asker may know of them."""
    decisions: Sequence[Decision]


def alarm_view(alarm: Alarm, asker: Principal) -> AlarmView:
    """An alarm."""
    bare = bound(asker)
    return AlarmView(
        alarm.id, alarm.version, alarm.cause, alarm.kind, alarm.subject, alarm.zone, alarm.severity, alarm.state,
        alarm.condition, alarm.active, text_of(alarm.active_since_us), text_of_optional(alarm.returned_us),
        name_for(asker, alarm.acked_by), alarm.ticket_id, _shelf_view(alarm.shelf, asker) if alarm.shelf else None,
        None if bare else alarm.suppressed_by, None if bare else alarm.out_of_service, alarm.flapping_until_us is not None,
        alarm.latched,
    )  # fmt: skip


def alarm_full(alarm: Alarm, asker: Principal, about: AboutAlarm) -> AlarmFull:
    """An alarm with who acknowledged it and what is, or is to be, decided."""
    view = alarm_view(alarm, asker)
    bare = bound(asker)
    return AlarmFull(
        **{name: getattr(view, name) for name in view.__struct_fields__},
        acks=[
            AckView(name_for(asker, a.principal), text_of(a.time_us), a.comment)
            for a in about.acks
            if not bare or a.principal in names_of(asker)
        ],
        undecided=[id for id in alarm.undecided if id != MORE],
        lots=list(about.lots),
        decisions=[
            DecisionView(
                d.lot, str(d.said), "" if bare else d.reason, name_for(asker, d.principal), text_of(d.time_us)
            )
            for d in about.decisions
        ],
    )


def still_view(still: Still) -> StillView:
    """A time in which alarms are still."""
    return StillView(
        still.id, still.version, str(still.sort), still.subject, text_of(still.from_us), text_of_optional(still.to_us),
        still.reason, still.owner, str(still.state), text_of(still.recorded_us),
    )  # fmt: skip


def _shelf_view(shelf: Shelf, asker: Principal) -> ShelfView:
    return ShelfView(
        str(shelf.sort), name_for(asker, shelf.by), "" if bound(asker) else shelf.reason, text_of(shelf.from_us),
        text_of(shelf.until_us), not shelf.stands, name_for(asker, shelf.confirmed_by),
    )  # fmt: skip

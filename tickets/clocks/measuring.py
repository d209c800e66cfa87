"""Every clock of a ticket: from where it runs, what stops it, and by which rule in each piece of the ticket's time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from tickets.clocks import calendars
from tickets.clocks.log import Entry, Log, answers, updates
from tickets.clocks.nouns import Clock, ClockState, Context
from tickets.clocks.policies import Facts, Measure, Policies, Policy, Side, Since, Stage, closest
from tickets.clocks.stopwatch import Counts, Run, Terms, run
from tickets.clocks.timeline import Piece, entered, pieces
from tickets.nouns import LIVE, Text, Ticket, TicketKind, TicketState

S = TicketState
VOID = frozenset({S.CANCELLED, S.MERGED, S.WITHDRAWN})
BREACH = 100
FEEDBACK = "feedback"
"""What the terms of feedback are called: a policy has one set of them, without a name of its own."""
"""The share at which a clock is due."""
Explain = Callable[["Course", Run, Clock], tuple[Text, ...]]


class Course(NamedTuple):
    """A ticket's way as far as `now_us`, and by what it is judged."""

    ticket: Ticket
    entries: Sequence[Entry]
    pieces: Sequence[Piece]
    policy: Policy
    context: Context
    now_us: int

    @property
    def zone(self) -> str:
        """The site's."""
        return self.context.time_zone

    @property
    def facts(self) -> Facts:
        """As they are now."""
        return self.here.facts

    @property
    def here(self) -> Piece:
        """The piece in which now is."""
        return [piece for piece in self.pieces if piece.from_us <= self.now_us or piece is self.pieces[0]][-1]

    @property
    def void_us(self) -> int | None:
        """When it was cancelled, merged or withdrawn, if it is now."""
        if self.here.state not in VOID:
            return None
        return next((one.at_us for one in reversed(self.entries) if one.state in VOID), self.here.from_us)


class _Plan(NamedTuple):
    """What a clock is, before it has run."""

    name: str
    side: Side
    measure: Measure
    from_us: int
    stop_us: int | None
    terms: Callable[[Piece], Terms | None]
    counts: Callable[[Piece], Counts]
    fixed_us: int | None = None
    """A date that was promised anew, in place of the reckoned one."""
    fixed_at_us: int = 0
    """When it was promised."""


def course(ticket: Ticket, log: Log, policies: Policies, context: Context, now_us: int) -> Course:
    """The ticket's way as far as `now_us`."""
    found = pieces(ticket, log, policies, now_us)
    return Course(ticket, log.until(now_us), found, policies.at(now_us), context, now_us)


def measured(way: Course, explain: Explain | None) -> list[Clock]:
    """All clocks of the ticket."""
    plans = [*_promised(way), *_stages(way), *_feedback(way)]
    return [clock for plan in plans if (clock := _clock(way, plan, explain)) is not None]


def _promised(way: Course) -> Iterator[_Plan]:
    """The four measures of promise and target."""
    answered = _first(way, lambda entry: answers(entry, way.ticket.opened_by))
    arrived = _first(way, lambda entry: entry.act == "arrived")
    solved, opened = entered(way.entries, S.RESOLVED), way.ticket.opened_at_us
    ends = {
        Measure.FIRST_RESPONSE: _earliest(answered, solved), Measure.ARRIVAL: _earliest(arrived, solved),
        Measure.RESOLUTION: None,
    }  # fmt: skip
    for side in Side:
        for measure, stop in ends.items():
            yield _Plan(
                f"{side}:{measure}", side, measure, opened, stop, _terms(way, side, measure), _live(side)
            )
        yield from _updates(way, side, answered)


def _updates(way: Course, side: Side, answered: int | None) -> Iterator[_Plan]:
    """A round from each word to the customer to the next; before the first answer, the clock of that one speaks."""
    responds = way.policy.rule(side, Measure.FIRST_RESPONSE, way.facts) is not None
    first = answered if responds else way.ticket.opened_at_us
    if first is None or way.policy.rule(side, Measure.UPDATE, way.facts) is None:
        return
    told = [e.at_us for e in way.entries if e.at_us > first and updates(e, way.ticket.opened_by)]
    starts = [first, *dict.fromkeys(told)]
    for number, (start, stop) in enumerate(zip(starts, [*starts[1:], None], strict=True), 1):
        yield _Plan(
            f"{side}:update:{number}", side, Measure.UPDATE, start, stop,
            _terms(way, side, Measure.UPDATE), _live(side),
        )  # fmt: skip


def _stages(way: Course) -> Iterator[_Plan]:
    """The stretches of the way, each once."""
    for until in dict.fromkeys(stage.until for stage in way.policy.stages):
        stage = _stage(way.policy, until, way.facts)
        start = _since(way, stage.since) if stage else None
        if stage is None or start is None:
            continue
        stop = entered(way.entries, until)
        yield _Plan(
            f"{Side.TARGET}:stage:{stage.name}", Side.TARGET, Measure.STAGE, start, stop,
            _terms_of_stage(until), _live(Side.TARGET) if until in LIVE | {S.RESOLVED} else _unfinished,
        )  # fmt: skip


def _feedback(way: Course) -> Iterator[_Plan]:
    """By when feedback is answered and closed. Once it is resolved, it waits for the customer's word."""
    opened = way.ticket.opened_at_us
    answered = _first(way, lambda entry: answers(entry, way.ticket.opened_by))
    anew = [entry for entry in way.entries if entry.act == "promised_anew"]
    date = anew[-1].new.get("due_us") if anew else None
    fixed = (date, anew[-1].at_us) if anew and isinstance(date, int) else (None, 0)
    yield _Plan(
        f"{Side.PROMISE}:feedback_answer", Side.PROMISE, Measure.FEEDBACK_ANSWER, opened,
        _earliest(answered, entered(way.entries, S.RESOLVED)), _terms_of_feedback(Measure.FEEDBACK_ANSWER),
        _live(Side.PROMISE),
    )  # fmt: skip
    yield _Plan(
        f"{Side.PROMISE}:feedback_close", Side.PROMISE, Measure.FEEDBACK_CLOSE, opened, None,
        _terms_of_feedback(Measure.FEEDBACK_CLOSE), _unconfirmed, *fixed,
    )  # fmt: skip


def _clock(way: Course, plan: _Plan, explain: Explain | None) -> Clock | None:
    """The clock of a plan; None if nothing is promised, or the plan is a past one that nobody needs to see."""
    void_us = way.void_us
    stop = _earliest(plan.stop_us, void_us)
    shares = [*way.policy.warnings, BREACH]
    done = run(way.pieces, way.zone, plan.from_us, stop, plan.terms, plan.counts, shares, way.now_us)
    last = next((one.terms for one in reversed(done.stretches) if one.terms), done.terms)
    if last is None:
        return None
    if plan.fixed_us is not None and not _missed_before(done, plan.fixed_at_us):
        done.reached = {BREACH: plan.fixed_us}
    clock = _stood(way, plan, done, last, stop if plan.stop_us is None or stop != plan.stop_us else None)
    past_round = plan.measure is Measure.UPDATE and clock.state is ClockState.MET and plan.stop_us is not None
    if past_round or (done.terms is None and clock.state is not ClockState.MISSED):
        return None
    return _with_steps(way, done, clock, explain)


def _with_steps(way: Course, done: Run, clock: Clock, explain: Explain | None) -> Clock:
    if explain is None:
        return clock
    values = {name: getattr(clock, name) for name in Clock.__dataclass_fields__}
    return Clock(**values | {"steps": explain(way, done, clock)})


def _stood(way: Course, plan: _Plan, done: Run, last: Terms, void_us: int | None) -> Clock:
    """How the clock stands now."""
    ended = void_us if void_us is not None else plan.stop_us
    if ended is None and done.counts is Counts.DONE:
        ended = _done_since(done)
    breach = done.reached.get(BREACH)
    missed = breach is not None and (breach <= way.now_us if ended is None else breach < ended)
    state = _state(missed, ended is not None, void_us is not None, done.counts)
    left = max(0, last.allowed_us - done.spent_us)
    due, resumed = breach, None
    if state is ClockState.MET and due is None and ended is not None:
        due = calendars.add(last.calendar, way.zone, ended, left)
    if state is ClockState.PAUSED:
        due, resumed = None, calendars.add(last.calendar, way.zone, way.now_us, left)
    until = due or resumed or way.now_us
    return Clock(
        name=plan.name, side=plan.side, measure=plan.measure, rule=last.rule, policy=way.policy.version,
        calendar=last.calendar.name, allowed_us=last.allowed_us, from_us=plan.from_us, due_us=due, state=state,
        spent_us=done.spent_us, stopped_us=done.stopped_us, ended_us=ended,
        shares=tuple(sorted(done.reached.items())), if_resumed_us=resumed,
        provisional=bool(calendars.provisional(last.calendar, way.zone, plan.from_us, until)),
    )  # fmt: skip


def _state(missed: bool, ended: bool, void: bool, counts: Counts) -> ClockState:
    if missed:
        return ClockState.MISSED
    if void:
        return ClockState.VOID
    if ended:
        return ClockState.MET
    return ClockState.PAUSED if counts is Counts.PAUSED else ClockState.RUNNING


def _missed_before(done: Run, time_us: int) -> bool:
    breach = done.reached.get(BREACH)
    return breach is not None and breach < time_us


def _done_since(done: Run) -> int:
    """When the clock last came to where nothing is to be done."""
    since = done.from_us
    for stretch in reversed(done.stretches):
        if stretch.counts is not Counts.DONE:
            break
        since = stretch.piece.from_us
    return since


def _terms(way: Course, side: Side, measure: Measure) -> Callable[[Piece], Terms | None]:
    """The rule of promise or target in each piece."""

    def terms(piece: Piece) -> Terms | None:
        if (
            side is Side.PROMISE
            and piece.facts.kind is not TicketKind.CUSTOMER
            and not way.context.contracted
        ):
            return None
        rule = piece.policy.rule(side, measure, piece.facts)
        return Terms(rule.name, rule.calendar, rule.allowed[measure][piece.facts.priority]) if rule else None

    return terms


def _terms_of_stage(until: TicketState) -> Callable[[Piece], Terms | None]:
    def terms(piece: Piece) -> Terms | None:
        stage = _stage(piece.policy, until, piece.facts)
        return Terms(stage.name, stage.calendar, stage.within_us) if stage else None

    return terms


def _terms_of_feedback(measure: Measure) -> Callable[[Piece], Terms | None]:
    def terms(piece: Piece) -> Terms | None:
        feedback = piece.policy.feedback
        if feedback is None or not feedback.selector.matches(piece.facts):
            return None
        allowed = feedback.answer_us if measure is Measure.FEEDBACK_ANSWER else feedback.close_us
        return Terms(FEEDBACK, feedback.calendar, allowed)

    return terms


def _live(side: Side) -> Callable[[Piece], Counts]:
    """While work is to be done, but not while it waits for what stops this side's clocks."""

    def counts(piece: Piece) -> Counts:
        if piece.state not in LIVE:
            return Counts.DONE
        return Counts.PAUSED if piece.hold in piece.policy.pauses[side] else Counts.COUNTS

    return counts


def _unfinished(piece: Piece) -> Counts:
    """Stages behind the solution count until the ticket is closed."""
    return Counts.DONE if piece.state in VOID | {S.CLOSED} else Counts.COUNTS


def _unconfirmed(piece: Piece) -> Counts:
    if piece.state in VOID | {S.CONFIRMED, S.SURVEYED, S.IMPROVEMENT, S.CLOSED}:
        return Counts.DONE
    waits = piece.state is S.RESOLVED or piece.hold in piece.policy.pauses[Side.PROMISE]
    return Counts.PAUSED if waits else Counts.COUNTS


def _stage(policy: Policy, until: TicketState, facts: Facts) -> Stage | None:
    return closest((stage for stage in policy.stages if stage.until is until), facts)


def _since(way: Course, since: Since) -> int | None:
    """From where a stage counts; None if that has not come yet."""
    if since is Since.OPENED:
        return way.ticket.opened_at_us
    if since is Since.ASSIGNED:
        return _first(way, lambda entry: entry.new.get("assignee") is not None)
    return entered(way.entries, TicketState(str(since)))


def _first(way: Course, wanted: Callable[[Entry], bool]) -> int | None:
    return next((entry.at_us for entry in way.entries if wanted(entry)), None)


def _earliest(*times: int | None) -> int | None:
    return min((time for time in times if time is not None), default=None)

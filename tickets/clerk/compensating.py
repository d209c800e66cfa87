"""Compensation where a policy offers one: proposed to the supervisor, who decides; nothing is ever granted by itself."""

from __future__ import annotations

from detect.nouns import Json
from tickets.clerk.sheet import Sheet
from tickets.clerk.world import World
from tickets.clocks.compensation import begins_us, compensation, money
from tickets.clocks.log import Log
from tickets.clocks.nouns import Clocks
from tickets.notices import Urgency


def propose(sheet: Sheet, world: World, log: Log, clocks: Clocks) -> None:
    """Put what lateness would cost before the supervisor: once when it begins, once when it is final."""
    ticket, policy = sheet.ticket, world.policies.at(sheet.now_us)
    begins = begins_us(ticket, clocks, policy)
    if begins is not None and begins > sheet.now_us:
        sheet.wake(begins)
    found = compensation(ticket, clocks, policy, world.sites.context(ticket), log)
    if found is None or sheet.is_done(found.step):
        return
    amounts: dict[str, Json] = {currency: str(amount) for currency, amount in found.amounts.items()}
    more: dict[str, Json] = {
        "offer": found.offer, "clock": found.clock, "hours_late": found.hours_late, "share": str(found.share),
        "amounts": amounts, "final": found.final,
    }  # fmt: skip
    sheet.do("proposed", found.step, more=more)
    said = world.params(
        ticket,
        {
            "amount": money(found.amounts),
            "customer": ticket.customer,
            "clock": found.clock.rpartition(":")[2],
        },
    )
    sheet.tell(
        world.supervisor(ticket, sheet.now_us), "compensation_proposed", found.step, Urgency.NORMAL, said
    )

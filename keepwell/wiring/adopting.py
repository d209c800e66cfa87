"""Adopting: a person lets a proposed figure hold, of a profile's band or of a model."""

from __future__ import annotations

from typing import Any

from detect.models.nouns import split_label
from detect.models.stages import ModelAct, ModelRefusal, after
from keepwell.wiring import retuning
from registry.trials import NoSuchRule
from store.repositories.models import ModelRepository
from store.repositories.records import By
from store.repositories.verdicts import Proposal, ProposalState, decide


def adopt(connection: Any, proposal: Proposal, by: By) -> str | None:
    """Let it hold from now on, with the event of the change and that of the decision; the named reason if it cannot.

    Raises:
        OutdatedVersionError: the figure was changed meanwhile.
    """
    if proposal.body["figure"] != "threshold":
        try:
            retuning.adopt(connection, proposal, by)
        except NoSuchRule:
            return "no_such_rule"
        return None
    name, version = split_label(proposal.rule)
    repository = ModelRepository(connection)
    known = repository.versions(name)
    model = next((one for one in known if one.card.version == version), None)
    if model is None:
        return "no_such_rule"
    moved = after(ModelAct.PROMOTE, model, [one for one in known if one is not model], by.time_us)
    if isinstance(moved, ModelRefusal):
        return str(moved)
    repository.move(str(ModelAct.PROMOTE), moved, by)
    decide(connection, proposal.id, ProposalState.ADOPTED, by)
    return None

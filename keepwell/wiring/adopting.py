"""Adopting: a person lets a proposed figure hold, of a profile's band or of a model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from detect.models.nouns import Model, split_label
from detect.models.stages import ModelAct, ModelRefusal, after
from detect.nouns import Limit
from registry.nouns import NEVER_US, Profile, ProfileVersion, RegistrySnapshot
from registry.trials import BandChange, NoSuchRule
from store.model_files import ModelFiles, RefusedFile
from store.repositories.models import ModelRepository
from store.repositories.records import By, OutdatedVersionError
from store.repositories.registry import RegistryRepository
from store.repositories.verdicts import Proposal, ProposalState, decide
from tickets.retuning import Candidate, Proposed, figures, untouched


def complaint(files: ModelFiles, model: Model) -> str | None:
    """Why the file of a model is refused; None if it is what was written after training.

    Whether it still judges as it did is tried where it judges: the API loads no library of models.
    """
    try:
        files.read(model.card.id, model.card.digest)
    except RefusedFile as error:
        return str(error)
    return None


def adopt(connection: Any, proposal: Proposal, by: By) -> str | None:
    """Let it hold from now on, with the event of the change and that of the decision; the named reason if it cannot.

    Raises:
        OutdatedVersionError: the figure was changed meanwhile.
    """
    if proposal.body["figure"] != "threshold":
        try:
            _adopt_band(connection, proposal, by)
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


def limit_of(snapshot: RegistrySnapshot, rule: str, at_us: int) -> Limit:
    """The limit that a rule names, as it holds at a time.

    Raises:
        NoSuchRule: there is none.
    """
    key, _, band = rule.partition("/")
    versions = [v for profile in snapshot.profiles if profile.key == key for v in profile.versions]
    for limit in (limit for v in versions if _holds(v, at_us) for limit in v.limits):
        if limit.band == band:
            return limit
    raise NoSuchRule(f"there is no band {rule} in force: expected profile/band of a profile that is kept")


def _holds(version: ProfileVersion, at_us: int) -> bool:
    return version.valid_from_us <= at_us < (NEVER_US if version.valid_to_us is None else version.valid_to_us)


def _adopt_band(connection: Any, proposal: Proposal, by: By) -> None:
    """What was judged by the old figure stays as it was."""
    registry = RegistryRepository(connection)
    body = msgspec.convert(proposal.body, Proposed)
    limit = limit_of(registry.snapshot({"profile"}), proposal.rule, by.time_us)
    candidate = Candidate(body.figure, BandChange(**body.change))
    if untouched(limit) is not None or figures(limit, candidate)[0] != body.old:
        raise OutdatedVersionError("proposal", proposal.id, 1, 2)
    key, _, band = proposal.rule.partition("/")
    stored = registry.get(Profile, key)
    assert stored is not None  # its limit was just found
    changed = _from_now(stored.value, band, candidate.change, by.time_us)
    registry.put(changed, by)
    decide(connection, proposal.id, ProposalState.ADOPTED, by)


def _from_now(profile: Profile, band: str, change: BandChange, now_us: int) -> Profile:
    """The profile with a version that holds from now on, in place of the one that holds now."""
    versions = []
    for version in profile.versions:
        if not _holds(version, now_us):
            versions.append(version)
            continue
        limits = tuple(change.of(one) if one.band == band else one for one in version.limits)
        versions += [
            replace(version, valid_to_us=now_us),
            replace(version, valid_from_us=now_us, limits=limits),
        ]
    return replace(profile, versions=tuple(versions))

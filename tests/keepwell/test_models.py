"""Models on real files: trained, in the shadow, promoted, rolled back; and files that are refused."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from detect.models.nouns import Stage
from detect.models.packing import UnusableModel, unpack
from detect.models.stages import ModelAct, ModelRefusal
from detect.nouns import Kind
from keepwell.wiring.training import load
from store import events
from store.model_files import RefusedFile
from store.repositories.models import ModelRepository, shadow_of
from store.repositories.tickets import TicketFilter, find
from tests.modelled import DAY, HOUR, LEARNED_DAYS, T0, Installation, installation

NAME = "learned_course:zone:cold-1"


@pytest.fixture
def learned(tmp_path: Path) -> Iterator[Installation]:
    """An installation with 30 days behind it, and one model trained on them."""
    with installation(tmp_path) as found:
        found.hear(range(LEARNED_DAYS))
        found.train()
        yield found


def anomalies(at: Installation) -> list[tuple[str, int, int | None, str | None]]:
    """What counts of it."""
    return [(f.subject, f.start_us, f.end_us, f.model) for f in at.standing() if f.kind is Kind.ANOMALY]


def tickets(at: Installation) -> int:
    """How many there are."""
    with at.database.reading() as connection:
        return sum("anomaly" in (ticket.cause or "") for ticket in find(connection, TicketFilter()))


def in_shadow(at: Installation, label: str) -> list[tuple[str, int, int | None]]:
    """What a model in the shadow has found."""
    with at.database.reading() as connection:
        return [(f.subject, f.start_us, f.end_us) for f in shadow_of(connection, label)]


def test_a_model_goes_through_the_shadow_speaks_and_is_rolled_back(learned: Installation) -> None:
    """In the shadow nothing comes of what it finds; active it opens tickets by name and version; what was stays as it was."""
    at = learned
    assert at.act(ModelAct.PROMOTE, f"{NAME}@1") is ModelRefusal.NOT_FROM_HERE
    assert at.act(ModelAct.SHADOW, f"{NAME}@1") is None
    at.hear(range(30, 36), odd=(31, 32, 33))
    at.detect()
    found = in_shadow(at, f"{NAME}@1")
    assert {subject for subject, _, _ in found} == {"device:g1/p1:temperature", "device:g1/p2:temperature"}
    assert all(T0 + 31 * DAY <= start <= T0 + 32 * DAY for _, start, _ in found)
    assert (anomalies(at), tickets(at)) == ([], 0)

    assert at.act(ModelAct.PROMOTE, f"{NAME}@1") is None
    promoted_us = at.now_us
    at.hear(range(36, 42), odd=(38, 39))
    at.detect()
    spoken = anomalies(at)
    assert {model for *_, model in spoken} == {f"{NAME}@1"}
    assert min(start for _, start, _, _ in spoken) >= promoted_us
    assert tickets(at) == 2
    assert in_shadow(at, f"{NAME}@1") == [
        (s, a, promoted_us if b is None or b > promoted_us else b) for s, a, b in in_shadow(at, f"{NAME}@1")
    ]

    second = at.train().card
    assert (second.version, second.name) == (2, NAME)
    at.act(ModelAct.SHADOW, f"{NAME}@2")
    assert at.act(ModelAct.PROMOTE, f"{NAME}@2") is None
    assert stages(at) == {1: Stage.RETIRED, 2: Stage.ACTIVE}
    at.hear(range(42, 46))
    at.detect()
    assert set(spoken) <= {*anomalies(at)} or all(
        any(o[:2] == n[:2] for n in anomalies(at)) for o in spoken
    ), "what the first one found while it was active stands"
    assert at.act(ModelAct.ROLL_BACK, f"{NAME}@2") is None
    assert stages(at) == {1: Stage.ACTIVE, 2: Stage.RETIRED}
    assert at.act(ModelAct.ROLL_BACK, f"{NAME}@1") is ModelRefusal.NOTHING_BEFORE
    with at.database.reading() as connection:
        acts = [e.act for e in events.of_subject(connection, f"model:{second.id}")]
    assert acts == ["trained", "shadow", "promote", "roll_back"]


def stages(at: Installation) -> dict[int, Stage]:
    """Version → stage."""
    with at.database.reading() as connection:
        return {model.card.version: model.stage for model in ModelRepository(connection).versions(NAME)}


def test_a_frozen_model_gives_way_to_nobody(learned: Installation) -> None:
    """While it is frozen no other version is promoted and it is not rolled back or retired."""
    learned.train()
    for act in (ModelAct.SHADOW, ModelAct.PROMOTE, ModelAct.FREEZE):
        assert learned.act(act, f"{NAME}@1") is None
    assert learned.act(ModelAct.SHADOW, f"{NAME}@2") is None
    assert learned.act(ModelAct.PROMOTE, f"{NAME}@2") is ModelRefusal.FROZEN
    assert learned.act(ModelAct.RETIRE, f"{NAME}@1") is ModelRefusal.FROZEN
    assert learned.act(ModelAct.THAW, f"{NAME}@1") is None
    assert learned.act(ModelAct.PROMOTE, f"{NAME}@2") is None


def test_the_card_says_on_what_it_was_trained(learned: Installation) -> None:
    """Window, rows, coverage, columns, library, seed and the budget to which it is calibrated; trained again it is the same."""
    card, again = models(learned)[0].card, learned.train().card
    assert (card.from_us, card.to_us) == (T0, T0 + LEARNED_DAYS * DAY)
    assert (card.devices, card.quantities) == (("g1/p1", "g1/p2"), ("temperature",))
    assert card.features[0] == "temperature_-23h"
    assert (len(card.features), card.coverage, card.false_alert_days) == (24, 1.0, 180.0)
    assert card.rows == 2 * (LEARNED_DAYS * 24 - 17)
    assert (card.library, again.threshold, again.usual) == ("scikit-learn", card.threshold, card.usual)


def models(at: Installation) -> list:
    """All models, the newest version first."""
    with at.database.reading() as connection:
        return ModelRepository(connection).versions(NAME)


def test_a_tampered_file_is_refused_and_does_not_judge(learned: Installation) -> None:
    """One byte changed, another model's file in its place, or none: named, and detection goes on without it."""
    at = learned
    at.act(ModelAct.SHADOW, f"{NAME}@1")
    at.act(ModelAct.PROMOTE, f"{NAME}@1")
    (model,) = models(at)
    path = at.files.path(model.card.id)
    content = path.read_bytes()
    assert load(at.files, model).learned.limit == model.card.threshold
    other = at.train()
    for foreign in (
        content[:-1] + b"\0",
        at.files.path(other.card.id).read_bytes(),
        b"\x80\x04cos\nsystem\n",
    ):
        path.write_bytes(foreign)
        with pytest.raises(RefusedFile, match="is not the file that was written after training"):
            load(at.files, model)
    at.hear(range(30, 36), odd=(31, 32))
    at.detect()
    assert anomalies(at) == []
    path.unlink()
    path.symlink_to(at.files.path(other.card.id))
    with pytest.raises(RefusedFile):
        load(at.files, model)


@pytest.mark.parametrize(
    ("foreign", "says"),
    [
        (b"", "not a model file"),
        (b"\x80\x04\x95cos\nsystem\n(S'touch /tmp/owned'\ntR.", "not a model file"),
        (b"\x81\xa6format\x01", "not a model file"),
    ],
)
def test_what_is_no_model_is_refused_without_running_it(foreign: bytes, says: str) -> None:
    """Pickles and the like are only bytes here."""
    with pytest.raises(UnusableModel, match=says):
        unpack(foreign)


def test_other_numbers_than_after_training_are_refused(learned: Installation) -> None:
    """A library that reckons differently, or numbers that are none, do not judge."""
    (model,) = models(learned)
    content = learned.files.read(model.card.id, model.card.digest)
    for number, says in ((float("nan"), "numbers that are none"), (99.0, "train it again")):
        file = msgspec.msgpack.decode(content)
        mean = file["steps"][0]["fitted"]["mean_"]
        mean["data"] = struct.pack("<d", number) + mean["data"][8:]
        with pytest.raises(UnusableModel, match=says):
            unpack(msgspec.msgpack.encode(file))


def test_late_readings_change_what_a_model_said_as_if_they_had_come_in_time(tmp_path: Path) -> None:
    """Days in disorder, with detection in between: the same anomalies as in order."""
    outcomes = []
    for order in ([range(30, 41)], [range(30, 32), range(35, 40), range(32, 35), range(40, 41)]):
        folder = tmp_path / str(len(outcomes))
        folder.mkdir()
        with installation(folder) as at:
            at.hear(range(LEARNED_DAYS))
            at.detect()
            at.train()
            at.act(ModelAct.SHADOW, f"{NAME}@1")
            at.act(ModelAct.PROMOTE, f"{NAME}@1")
            latest = at.now_us
            for days in order:
                at.hear(days, odd=(33, 34, 35))
                latest = max(latest, at.now_us)
                at.now_us = latest
                at.detect()
            outcomes.append([(s, a, b) for s, a, b, _ in sorted(anomalies(at), key=str)])
    assert outcomes[0] == outcomes[1] != []
    assert all((start - T0) % HOUR == 0 for _, start, _ in outcomes[0])

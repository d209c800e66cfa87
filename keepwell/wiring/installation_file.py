"""A registry file applied to an installation."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from api.lot_decisions import StatusesDecide
from keepwell.processes import note_set_aside
from keepwell.settings import Settings
from keepwell.wiring.parts import now_us
from registry.faults import Fault, InvalidFileError
from registry.file import parse
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.service import open_service
from texts import Language, render


class Applied(NamedTuple):
    """What came of a file."""

    changes: int
    faults: tuple[str, ...] = ()
    """What is wrong in it, by line and field, as sentences; nothing was applied then."""


def build(settings: Settings, path: Path, lang: Language = "en", reason: str = "") -> Applied:
    """Make the registry say what the file says, all or nothing; applied again it changes nothing.

    Without a reason the file's name stands in the history: the file is where the reasons are kept, under its own history.

    Raises:
        OSError: the file cannot be read.
    """
    text = path.read_text(encoding="utf-8")
    database = open_service(settings.service, now_us())
    if database.set_aside:
        note_set_aside(database.set_aside)
    try:
        with database.writing() as connection:
            registry = RegistryRepository(connection)
            wanted = parse(text, registry.known_keys())
            by, decide = By("command line", now_us(), reason.strip() or path.name), StatusesDecide(connection)
            changes = registry.apply(wanted, by)
            decide(by)
            return Applied(changes)
    except InvalidFileError as error:
        return Applied(0, tuple(_sentence(fault, lang) for fault in error.faults))
    finally:
        database.close()


def _sentence(fault: Fault, lang: Language) -> str:
    message = render(fault.code, fault.params, lang)
    field = fault.field or render("registry.file.whole", {}, lang)
    return render("registry.file.where", {"line": fault.line, "field": field, "message": message}, lang)

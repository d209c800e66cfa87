"""Mappings as they go over the wire, and what is wrong with one as a problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from api.problems import Code, Problem
from api.times import text_of
from api.views_mappings import (
    MappingFull,
    MappingView,
    ReadyFull,
    ReadyView,
    SettingView,
    VersionFull,
    VersionView,
)
from ingest.mapping.nouns import GatewayMapping, InvalidMappingError
from ingest.mapping.reading import about, asked, read_mapping
from ingest.mapping.topics import filters_of, overlap
from store.repositories.mappings import MappingVersion, StoredMapping
from texts import Language

_MOST_FAULTS = 50


@contextmanager
def mapping_problems() -> Iterator[None]:
    """Within this, a document that is no mapping raises its problem, with every fault."""
    try:
        yield
    except InvalidMappingError as error:
        faults = [(f"body/document/{f.field}", f.code, dict(f.params)) for f in error.faults[:_MOST_FAULTS]]
        raise Problem(Code.INVALID, {"n": len(error.faults)}, faults) from error


def ready_view(document: Mapping[str, Any], lang: Language) -> ReadyView:
    """A ready-made mapping in the asker's language."""
    title, note = about(document)
    settings = [
        SettingView(setting.name, setting.title[lang], setting.kind.value, setting.default)
        for setting in asked(document).values()
    ]
    return ReadyView(document["key"], title[lang] or document["key"], note[lang], settings)


def ready_full(document: Mapping[str, Any], lang: Language) -> ReadyFull:
    """The same with its document."""
    view = ready_view(document, lang)
    return ReadyFull(view.key, view.title, view.note, view.settings, dict(document))


def mapping_view(stored: StoredMapping) -> MappingView:
    """A line of the list."""
    return MappingView(stored.key, stored.version, stored.state.value, stored.active, stored.latest)


Others = Mapping[str, MappingVersion]
"""Key → active version of the other mappings."""


def mapping_full(
    stored: StoredMapping, versions: list[MappingVersion], others: Others, lang: Language
) -> MappingFull:
    """A mapping with its newest version; one that this program cannot read any more shows no topics."""
    newest = versions[-1]
    read = _read(stored.key, newest)
    title, topics = (read.title[lang], filters_of([read])) if read else (stored.key, ())
    return MappingFull(
        key=stored.key,
        version=stored.version,
        state=stored.state.value,
        active=stored.active,
        latest=stored.latest,
        title=title,
        topics=list(topics),
        overlaps=[key for key, other in others.items() if _meet(topics, _read(key, other))],
        document=dict(newest.draft.document),
        settings=dict(newest.draft.settings),
        versions=[version_view(version) for version in versions],
    )


def _read(key: str, version: MappingVersion) -> GatewayMapping | None:
    try:
        return read_mapping(version.draft.document, version.draft.settings, key)
    except InvalidMappingError:
        return None


def _meet(topics: Sequence[str], other: GatewayMapping | None) -> bool:
    theirs = filters_of([other]) if other else ()
    return any(overlap(one, another) for one in topics for another in theirs)


def version_view(version: MappingVersion) -> VersionView:
    """One version without its document."""
    return VersionView(
        version.number, text_of(version.made_us), version.made_by, version.reason, version.draft.ready
    )


def version_full(version: MappingVersion) -> VersionFull:
    """One version with its document."""
    draft = version.draft
    return VersionFull(
        version.number, text_of(version.made_us), version.made_by, version.reason, draft.ready,
        dict(draft.document), dict(draft.settings),
    )  # fmt: skip

"""What a lot went through: place by place, and over all of them as one record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_devices as examples
from api import exposure_table
from api.encoding import JsonAnswer
from api.exposure_text import stay_view, whole_view
from api.guard import PREFIX, Asker, GuardedRoute, may, permit
from api.openapi import operation
from api.ownership import Ownership
from api.policy import Act, Scope, bound
from api.problems import Code, Problem, invalid
from api.selection import SeriesIndex
from api.state import State, state_of
from api.tables import csv_answer
from api.times import TimeIn, text_of
from api.views_exposure import LotExposureView, WholeExposureView
from detect.nouns import GOODS_KINDS, Finding
from ingest.logger.nouns import FileState
from ingest.nouns import Columns
from registry import exposure
from registry.exposed.recording import record
from registry.nouns import ALWAYS_US, KEY_PATTERN, Principal, RegistrySnapshot
from store.nouns import ReadingReader
from store.repositories.findings import FindingFilter
from store.repositories.logger_files import LoggerFileRepository, StoredFile

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["requirements"])

From = Annotated[
    TimeIn | None, Query(alias="from", description="Event time, inclusive; without: since ever.")
]
To = Annotated[TimeIn | None, Query(description="Event time, exclusive; without: until now.")]
Format = Annotated[Literal["json", "csv"], Query(description="csv is safe to open in a spreadsheet.")]
QuantitiesOf = Callable[[str], list[str]]
_CHUNK = 500_000
_MOST_FINDINGS = 500


@router.get(
    "/lots/{key}/exposure",
    **operation(
        Act.READ_READINGS, LotExposureView, examples.EXPOSURE, also={"text/csv": examples.EXPOSURE_CSV},
        problems=(Code.NOT_FOUND,),
    ),
)  # fmt: skip
async def read_lot_exposure(
    request: Request,
    asker: Asker,
    key: Annotated[str, Path(pattern=f"^{KEY_PATTERN}$")],
    from_us: From = None,
    to: To = None,
    format: Format = "json",
) -> Response:
    """What a lot went through, place by place and as one record: limits, budgets over all places, frosts, wetness, findings; and on what that rests."""
    state = state_of(request)
    ownership = await state.ownership()
    if not ownership.exists("lot", key):
        raise Problem(Code.NOT_FOUND)
    # The whole way is the customer's to know, and the operator's; a carrier knows its own part from the readings.
    permit(asker, Act.READ_READINGS, ownership.of_object("lot", key).only(Scope.CUSTOMER))
    start, end = ALWAYS_US if from_us is None else from_us, state.services.now_us()
    end = end if to is None else min(to, end)
    if end <= start:
        raise invalid("query/to", "ends_before_it_starts")
    index = await state.series()
    snapshot = ownership.snapshot
    watches = await state.pool(exposure.watches_beside, snapshot, key)
    stays = await state.pool(exposure.stays_of, snapshot, watches, key, start, end)
    findings = await findings_of(state, asker, ownership, stays)
    files = None if bound(asker) else await state.read(_files, stays)
    view = await state.pool(told, state, index, snapshot, key, stays, (start, end), findings, files)
    if format == "csv":
        return csv_answer(f"exposure-{key}", exposure_table.HEADER, exposure_table.rows(view), {})
    return JsonAnswer(view)


def told(
    state: State, index: SeriesIndex, snapshot: RegistrySnapshot, key: str, stays: Sequence[exposure.Stay],
    span: tuple[int, int], findings: Sequence[Finding], files: Sequence[StoredFile] | None,
) -> LotExposureView:  # fmt: skip
    """A lot's record over a time, place by place and as one."""
    unit_of, said = state.services.unit_of, quantities_of(index)
    readings = rows_of(state.services.readings, index)
    found = record(snapshot, key, stays, span[1], said, readings)
    views = [stay_view(stay, exposure.exposure(stay, said, readings), unit_of) for stay in stays]
    whole: WholeExposureView | None = whole_view(found, findings, files, unit_of) if found else None
    first_us = found.from_us if found else min((stay.from_us for stay in stays), default=span[0])
    return LotExposureView(key, text_of(max(span[0], first_us)), text_of(span[1]), views, whole)


async def findings_of(
    state: State, asker: Principal, ownership: Ownership, stays: Sequence[exposure.Stay]
) -> list[Finding]:
    """What was found about these goods: in their places meanwhile, by their own rules or by none."""
    if not stays:
        return []
    which = FindingFilter(
        kinds=GOODS_KINDS, zones={stay.place for stay in stays},
        from_us=min(stay.from_us for stay in stays), to_us=max(stay.to_us for stay in stays),
    )  # fmt: skip
    every = await state.read(state.services.findings.find, which, None, _MOST_FINDINGS)
    own = [
        one
        for one in every
        if any(exposure.about(one, stay) for stay in stays)
        and may(asker, Act.READ_FINDINGS, ownership.of_finding(one))
    ]
    return sorted(own, key=lambda one: (one.start_us, one.id))


def _files(connection: Any, stays: Sequence[exposure.Stay]) -> list[StoredFile]:
    """The logger files that are kept and speak for a device that was beside the goods."""
    devices = {beside.device for stay in stays for beside in stay.beside}
    kept = LoggerFileRepository(connection).in_state([FileState.KEPT])
    return [file for file in kept if devices & _named(file.how)]


def _named(how: Any) -> set[str]:
    """The full names of devices that a file was read for."""
    return {target[2] for target in (*how["targets"], *how["found"].values())}


def quantities_of(index: SeriesIndex) -> QuantitiesOf:
    """Full name of a device → what it says."""
    return lambda device: [info.quantity for info in index.by_device.get(device, [])]


def rows_of(readings: ReadingReader, index: SeriesIndex) -> exposure.RowsOf:
    """The readings of a device's quantity, however many there are."""

    def rows(device: str, quantity: str, start_us: int, end_us: int) -> Columns:
        numbers = [info.id for info in index.by_device.get(device, []) if info.quantity == quantity]
        parts: list[Columns] = []
        start_us = max(start_us, 0)
        while numbers and start_us < end_us:
            part = readings.range(numbers, start_us, end_us, _CHUNK)
            parts.append(part)
            start_us = int(part.time_us[-1]) + 1 if len(part) == _CHUNK else end_us
        return Columns.concat(parts)

    return rows

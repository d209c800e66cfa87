"""A small world behind the API: real databases in temporary files, two customers, one house, a story of a day.

Zone `z1` holds a lot of c1 in the first hour (T0…T1) and a lot of c2 in the second (T1…T2); the probe p1 hangs there all
the time. Zone `z2` holds nobody's goods. Each customer has an excursion with its ticket in its hour.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from api.app import create_app
from api.services import Check, Heard, Services
from detect.nouns import Change, Finding, FindingChange, Kind, Severity
from ingest.mapping.shipped import shipped
from ingest.nouns import Batch, Count, DeadLetter, Flag, NewSeries
from keepwell.long_jobs import LongJobs
from keepwell.wiring import adopting
from keepwell.wiring.forecasts import OnDemand
from keepwell.wiring.long_work import Work
from keepwell.wiring.long_work import run as run_long_work
from keepwell.wiring.policies import known
from registry import nouns as r
from store import events
from store.live_messages import LiveMessages
from store.model_files import ModelFiles
from store.readings import Reader, Writer, open_reader, open_store
from store.refusals import Refusal
from store.repositories import alarms, desk, findings, machines, once, tickets
from store.repositories.credentials import CredentialRepository
from store.repositories.keys import Grant, KeyRepository
from store.repositories.mappings import MappingRepository
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.service import Place, ServiceDatabase, open_service
from tests.importing import InThread, jobs_in_threads
from tests.places import ENGINES, Places
from tickets import policy
from tickets.places import RegistryPlaces
from tickets.raising import Raising

MINUTE, HOUR = 60_000_000, 3_600_000_000
T0 = 1_795_248_000_000_000  # 2026-11-21T08:00:00Z
T1, T2 = T0 + HOUR, T0 + 2 * HOUR
NOW = T2 + MINUTE
BY = By("key:setup", T0 - HOUR)
KINDS = ("admin", "supervisor", "engineer", "quality", "integrator", "viewer", "c1", "c2", "g1", "g2")
BOUND = {
    "keeper": r.Principal("", r.Role.KEEPER, site="own2"), "yard": r.Principal("", r.Role.KEEPER, site="depot"),
    "driver": r.Principal("", r.Role.DRIVER, carrier="k1"), "carrier": r.Principal("", r.Role.CARRIER, carrier="k2"),
}  # fmt: skip
"""A keeper of each site; a driver of the carrier of s1; another carrier, with nothing to carry."""


class Published(list[tuple[str, bytes]]):
    """A publisher that keeps what it is given, or is away."""

    away = False

    def submit(self, topic: str, payload: bytes) -> None:
        """Take a message."""
        if self.away:
            raise ConnectionError("no broker")
        self.append((topic, payload))

    @contextmanager
    def connected(self) -> Iterator[Callable[[str, bytes], None]]:
        """Take messages."""
        yield self.submit


class OnAir(list[Heard]):
    """What a listener hears, or why it hears nothing."""

    trouble: OSError | None = None

    def listen(self, filters: Sequence[str], seconds: float, most: int) -> list[Heard]:
        """The first messages."""
        if self.trouble is not None:
            raise self.trouble
        return self[:most]


@dataclass
class World:
    """Everything behind one application, and a client for it."""

    folder: Path
    store: Writer
    reader: Reader
    database: ServiceDatabase
    published: Published
    secrets: dict[str, str] = field(default_factory=dict)
    now_us: int = NOW
    unready: dict[str, str] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    on_air: OnAir = field(default_factory=OnAir)
    works: bool = False
    """Whether long work is done; else it ends without a result."""
    app: Any = None
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def services(self) -> Services:
        """The real things, as wiring would hand them in."""
        return Services(
            readings=self.reader,
            database=self.database,
            events=events,
            registry=RegistryRepository,
            keys=KeyRepository,
            once=once.once,
            findings=findings,
            alarms=alarms,
            tickets=tickets,
            imports=jobs_in_threads(self.database, self.folder / "imports", lambda: self.now_us),
            long_jobs=LongJobs(self.database, self._long_work, lambda: self.now_us),
            model_complaint=partial(adopting.complaint, ModelFiles(self.folder / "models")),
            adopt_proposal=adopting.adopt,
            policies=known,
            publisher=self.published,
            credentials=CredentialRepository,
            granted=lambda _connection, gateway: [f"tele/{gateway}/SENSOR"],
            refusals=lambda: self.refused,
            gateway_address="mqtt://192.0.2.10:1883",
            machines=machines,
            mappings=MappingRepository,
            ready_mappings=shipped,
            listener=self.on_air,
            live=LiveMessages(self.folder / "live.sqlite", lambda: self.now_us),
            positions=lambda: {"journal": 3, "store": self.reader.position()},
            checks=(Check("broker", lambda: self.unready.get("broker")),),
            unit_of=lambda quantity: {"temperature": "°C"}.get(quantity, ""),
            now_us=lambda: self.now_us,
            foretelling=OnDemand(self.database, self.reader, lambda: self.now_us),
        )

    def _long_work(self, id: str) -> InThread:
        """Does long work as a child process would, if it is wanted."""
        work = Work(self.database, self.reader, ModelFiles(self.folder / "models"), lambda: self.now_us)
        return InThread(lambda: run_long_work(work, id) if self.works else None)

    def with_public_url(self, url: str) -> Services:
        """The same things, in an installation that is seen from outside."""
        return replace(self.services(), public_url=url)

    def add_readings(
        self, device: str, values: list[tuple[int, float]], quantity: str = "temperature"
    ) -> None:
        """A device says a quantity that it did not say before."""
        number = max(info.id for info in self.reader.series()) + 1
        rows = [(number, time_us, value, 0) for time_us, value in sorted(values)]
        new = [NewSeries(number, device.split("/")[0], device, quantity)]
        self.store.apply([(self.reader.position() + 1, batch(rows, new_series=new))])

    def ask(self, method: str, path: str, who: str | None = "admin", **more: Any) -> httpx.Response:
        """One request, by the key of `who`."""
        headers = dict(more.pop("headers", {}))
        if who is not None:
            headers.setdefault("Authorization", f"Bearer {self.secrets[who]}")
        return self.loop.run_until_complete(self._ask(method, path, headers, more))

    async def _ask(
        self, method: str, path: str, headers: dict[str, str], more: dict[str, Any]
    ) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            return await client.request(method, path, headers=headers, **more)

    def get(self, path: str, who: str | None = "admin", **more: Any) -> httpx.Response:
        """GET below /api/v1."""
        return self.ask("GET", f"/api/v1{path}", who, **more)

    def post(self, path: str, body: Any, who: str | None = "admin", **more: Any) -> httpx.Response:
        """POST JSON below /api/v1."""
        return self.ask("POST", f"/api/v1{path}", who, json=body, **more)

    def put(self, path: str, body: Any, who: str | None = "admin", **more: Any) -> httpx.Response:
        """PUT JSON below /api/v1."""
        return self.ask("PUT", f"/api/v1{path}", who, json=body, **more)


def batch(rows: list[tuple[int, int, float, int]], **more: Any) -> Batch:
    """Rows of (series, time, value, flags) as ingest would commit them."""
    series, times, values, flags = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Batch(
        received_us=NOW, series=np.array(series, "<i4").tobytes(), time_us=np.array(times, "<i8").tobytes(),
        value=np.array(values, "<f8").tobytes(), flags=np.array(flags, "u1").tobytes(),
        source=np.zeros(len(rows), "<u2").tobytes(), gateways=["g1"],
        **({"new_series": [], "counts": [], "dead_letters": [], "links": []} | more),
    )  # fmt: skip


def fill_readings(store: Writer) -> None:
    """p1 says its minute number, p2 in z2 says -5 every ten minutes; some of it is not to be trusted."""
    new = [
        NewSeries(1, "g1", "g1/p1", "temperature"), NewSeries(2, "g1", "g1/p1", "relative_humidity"),
        NewSeries(3, "g2", "g2/p2", "temperature"), NewSeries(4, "g2", "g2/=cmd", "temperature"),
    ]  # fmt: skip
    rows = [(1, T0 + i * MINUTE, float(i), 0) for i in range(120)] + [(2, T0, 61.0, 0)]
    rows += [(3, T0 + i * 10 * MINUTE, -5.0, 0) for i in range(12)] + [(4, T0, 1.0, 0)]
    rows += [(1, T0 + 30_000_000, -127.0, int(Flag.SENTINEL))]
    hour = NOW - NOW % HOUR
    counts = [
        Count("g1", hour, "messages_received", "", 10), Count("g1", hour, "messages_decoded", "", 9),
        Count("g1", hour, "messages_rejected", "not_json", 1), Count("g1", hour, "values_received", "", len(rows)),
        Count("g2", hour, "messages_received", "", 1),
    ]  # fmt: skip
    letters = [
        DeadLetter(NOW, "g1", "keepwell/v1/g1/telemetry", "not_json", "", b"{oops", 5),
        DeadLetter(NOW, "g2", "keepwell/v1/g2/telemetry", "too_large", "", b"\xff\xfe", 300_000),
    ]
    store.apply([(1, batch(rows, new_series=new, counts=counts, dead_letters=letters))])


def fill_registry(registry: RegistryRepository) -> None:
    """Two customers, one house of the operator and one of c2's own, goods coming and going."""
    objects = [
        r.Customer(key="c1", grade="A"), r.Customer(key="c2"),
        r.Site(key="depot", time_zone="Asia/Shanghai"), r.Site(key="own2", time_zone="Europe/Berlin", customer="c2"),
        r.Profile(key="metal", versions=(r.ProfileVersion(),)), r.Product(key="lead", profile="metal"),
        r.Product(key="tin"), r.Zone(key="z1", site="depot", name="Hall 1"), r.Zone(key="z2", site="depot"),
        r.Zone(key="van", kind=r.ZoneKind.TRUCK), r.Carrier(key="k1"), r.Carrier(key="k2"), r.Gateway(key="g1", site="depot"), r.Gateway(key="g2"),
        r.Device(key="p1", gateway="g1", device="p1"), r.Device(key="p2", gateway="g2", device="p2"),
        r.Equipment(key="ac1", zone="z1", kind=r.EquipmentKind.COOLING),
        r.Shipment(key="s1", zone="van", origin="depot", departed_us=T2, carrier="k1"),
        r.Lot(key="l1", customer="c1", product="lead"), r.Lot(key="l2", customer="c2", product="lead"),
    ]  # fmt: skip
    for value in objects:
        registry.put(value, BY)
    stays = [("l1", "z1", T0, T1), ("l2", "z1", T1, None)]
    for lot, zone, start, end in stays:
        registry.placements.place(
            r.Placement(subject_kind=r.SubjectKind.LOT, subject=lot, place_kind=r.PlaceKind.ZONE, place=zone,
                        valid_from_us=start, valid_to_us=end), BY)  # fmt: skip
    for device, zone in (("p1", "z1"), ("p2", "z2")):
        registry.placements.place(
            r.Placement(
                subject_kind=r.SubjectKind.DEVICE, subject=device, place_kind=r.PlaceKind.ZONE, place=zone
            ),
            BY,
        )


def finding(
    id: str, band: str, start_us: int, end_us: int | None, kind: Kind = Kind.TOO_HIGH, **more: Any
) -> Finding:
    """An excursion of p1 in z1."""
    values: dict[str, Any] = {
        "id": id, "detector": "excursion", "detector_version": "1", "kind": kind,
        "subject": "device:g1/p1:temperature", "band": band, "zone": "z1", "cause": f"zone:z1:temperature:{band}",
        "severity": Severity.ALARM, "start_us": start_us, "end_us": end_us, "peak": 59.0, "area": 31.5, "coverage": 1.0,
        "samples": 31, "received_us": NOW, "evidence": {"limit": 45.0, "quantity": "temperature", "device": "g1/p1"},
    }  # fmt: skip
    return Finding(**values | more)


def raise_findings(world: World, *found: Finding) -> None:
    """Findings as detect would record them, with alarms and tickets."""
    with world.database.writing() as connection:
        places = RegistryPlaces(RegistryRepository(connection).snapshot())
        raising = Raising(policy.load(), places, r.uuid7)
        desk.record(connection, [FindingChange(Change.OPENED, one) for one in found], raising, world.now_us)


def issue_keys(world: World) -> None:
    """A key per role, one per customer and gateway."""
    with world.database.writing() as connection:
        keys = KeyRepository(connection, os.urandom)
        for name in KINDS:
            scope = {"customer": name} if name[0] == "c" else {"gateway": name} if name[0] == "g" else {}
            role = (
                r.Role.CUSTOMER
                if "customer" in scope
                else r.Role.GATEWAY
                if "gateway" in scope
                else r.Role(name)
            )
            world.secrets[name] = keys.issue(Grant(name, role, **scope), BY).secret
        for name, one in BOUND.items():
            grant = Grant(name, one.role, site=one.site, carrier=one.carrier)
            world.secrets[name] = keys.issue(grant, BY).secret


ON_BOTH_ENGINES = frozenset({
    "test_acts", "test_bulk", "test_errors", "test_imports", "test_ownership", "test_pages", "test_stream", "test_tables",
})  # fmt: skip
"""Which tests run on PostgreSQL, too: those that write most and read the oddest. KEEPWELL_TEST_ENGINES=all: every one."""
_EVERYWHERE = os.environ.get("KEEPWELL_TEST_ENGINES") == "all"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Both engines in turn, where that is asked for."""
    name = metafunc.module.__name__.rpartition(".")[2]
    if "engine" in metafunc.fixturenames and (name in ON_BOTH_ENGINES or _EVERYWHERE):
        metafunc.parametrize("engine", ENGINES, indirect=True, scope="session")


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    """What keeps the service database."""
    return str(getattr(request, "param", ENGINES[0]))


@contextmanager
def _place(request: pytest.FixtureRequest, engine: str, folder: Path) -> Iterator[Place]:
    server = request.getfixturevalue("postgres") if engine == "postgresql" else None
    places = Places(folder, server)
    try:
        yield places.ready()
    finally:
        places.drop()


@pytest.fixture
def world(request: pytest.FixtureRequest, engine: str, tmp_path: Path) -> Iterator[World]:
    """The world, fresh."""
    with _place(request, engine, tmp_path) as place:
        yield from make_world(tmp_path, place)


@pytest.fixture(scope="session")
def still_world(
    request: pytest.FixtureRequest, engine: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The world for tests that change nothing in it; made once."""
    folder = tmp_path_factory.mktemp("world")
    with _place(request, engine, folder) as place:
        yield from make_world(folder, place)


@pytest.fixture(scope="session")
def fuzzed_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world for tests that do anything to it."""
    yield from make_world(tmp_path_factory.mktemp("fuzzed"))


def make_world(folder: Path, place: Place | None = None) -> Iterator[World]:
    """Open everything, tell the story, close everything; without a `place` the service database is a file."""
    store = open_store(folder / "readings.sqlite", now_us=NOW)
    database = open_service(place or folder / "service.sqlite", NOW)
    found = World(folder, store, open_reader(folder / "readings.sqlite"), database, Published())
    fill_readings(store)
    with database.writing() as connection:
        fill_registry(RegistryRepository(connection))
    issue_keys(found)
    raise_findings(
        found,
        finding("f-c1", "warm", T0 + 10 * MINUTE, T0 + 40 * MINUTE),
        finding("f-c2", "hot", T1 + 10 * MINUTE, None),
        finding(
            "f-sensor", "", T0, None, Kind.SENTINEL, cause="device:g1/p1:sentinel", severity=Severity.WARNING
        ),
    )
    found.app = create_app(found.services())
    yield found
    found.app.state.keepwell.close()
    found.loop.close()
    found.reader.close()
    store.close()
    database.close()

"""What the API needs from outside, as protocols; `keepwell/wiring.py` hands the real things in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeVar

from api.works import Imports, LongJobs
from detect.forecasts.nouns import ZoneForecast
from detect.forecasts.zones import Zone
from detect.models.nouns import Model
from detect.nouns import Change, Finding, Json
from notify.webhooks.addresses import Allowed
from registry.nouns import (
    How,
    Inspection,
    Kept,
    Move,
    Placement,
    Principal,
    Registered,
    RegistrySnapshot,
    Scan,
    SubjectKind,
    Thing,
)
from registry.outlook import Response
from store import refusals as broker
from store.live_messages import LiveMessages
from store.nouns import ReadingReader
from store.photo_files import PhotoFiles
from store.repositories.alarms import AlarmFilter
from store.repositories.credentials import Credential
from store.repositories.findings import FindingFilter
from store.repositories.keys import Grant, Issued, Key
from store.repositories.machines import StoredDay
from store.repositories.mappings import Draft, MappingVersion, StoredMapping
from store.repositories.records import By, Stored
from store.repositories.searching import Search
from store.repositories.tickets import TicketFilter
from store.repositories.verdicts import Proposal
from tickets.clocks.policies import Policies
from tickets.nouns import Alarm, Comment, Ticket

T = TypeVar("T", bound=Registered)


class Database(Protocol):
    """The service database: transactions that repositories work in."""

    def reading(self) -> AbstractContextManager[Any]:
        """A transaction that sees one state throughout."""

    def writing(self) -> AbstractContextManager[Any]:
        """A transaction that holds the write lock from its start."""


class Foretelling(Protocol):
    """Forecasts on demand."""

    def foretell(self, zone: str) -> ZoneForecast:
        """When each limit of a zone will be passed; takes a tenth of a second at most."""

    def watched(self) -> Mapping[str, Zone]:
        """The zones in which devices hang now, with the limits that hold there."""

    def response(self, zone: Zone, *, learn: bool) -> Response | None:
        """How a zone answers to the outdoors, as far as it is known."""


class EventRow(Protocol):
    """One change: who did what to which object, why, and what it was before and after."""

    @property
    def sequence(self) -> int: ...
    @property
    def time_us(self) -> int: ...
    @property
    def principal(self) -> str: ...
    @property
    def act(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def old(self) -> Json: ...
    @property
    def new(self) -> Json: ...


class Events(Protocol):
    """The event table (`store.events` is one)."""

    def since(self, connection: Any, sequence: int, limit: int = ...) -> Sequence[EventRow]:
        """The events after `sequence`, in order."""

    def of_subject(
        self, connection: Any, subject: str, after: int = ..., limit: int = ...
    ) -> Sequence[EventRow]:
        """The history of one object, in order."""

    def append(
        self,
        connection: Any,
        *,
        principal: str,
        act: str,
        subject: str,
        reason: str,
        old: Json,
        new: Json,
        time_us: int,
    ) -> int:
        """Record one change in the transaction."""

    def last_sequence(self, connection: Any) -> int:
        """The sequence of the newest event, 0 if there is none."""


class PlacementRows(Protocol):
    """The placements within one transaction (`store.repositories.placements` has one)."""

    def all(self) -> list[Stored[Placement]]: ...
    def about(self, subject: str | None = None, place: str | None = None) -> list[Stored[Placement]]: ...
    def get(self, id: str) -> Stored[Placement] | None: ...
    def of(self, subject_kind: SubjectKind, subject: str) -> list[Stored[Placement]]: ...
    def at(self, place: str) -> list[Stored[Placement]]: ...
    def place(self, placement: Placement, by: By) -> Stored[Placement]: ...
    def change(
        self, id: str, placement: Placement, by: By, expected: int | None = None
    ) -> Stored[Placement]: ...
    def remove(self, id: str, by: By, expected: int | None = None) -> None: ...
    def as_of(
        self, time_us: int, *, subject: str | None = None, place: str | None = None
    ) -> list[Stored[Placement]]: ...
    def replace_device(self, old: str, new: str, at_us: int, by: By, how: How) -> Stored[Placement]: ...


class CodeRows(Protocol):
    """What carries a code, or is known by a number (`store.repositories.codes` has one)."""

    def holders(self, asked: Sequence[str]) -> dict[str, Thing]: ...
    def products(self, gtins: Sequence[str]) -> list[Thing]: ...
    def batches(self, gtins: Sequence[str], batch: str) -> list[Thing]: ...
    def numbered(self, number: str, kinds: Sequence[str]) -> list[Thing]: ...


class ScanRows(Protocol):
    """The scans within one transaction (`store.repositories.scans` has one)."""

    def get(self, id: str) -> Scan | None: ...
    def sent(self, principal: str, client_id: str) -> Scan | None: ...
    def page(self, principal: str | None, before: str | None, limit: int) -> list[Scan]: ...
    def placed(self, subject: Thing) -> list[Kept]: ...
    def carry_out(self, scan: Scan, move: Move, by: By) -> Scan: ...
    def undo(self, id: str, by: By) -> Scan: ...


class RegistryRows(Protocol):
    """The registry within one transaction (`store.repositories.registry` has one)."""

    @property
    def placements(self) -> PlacementRows: ...
    @property
    def codes(self) -> CodeRows: ...
    @property
    def scans(self) -> ScanRows: ...
    def get(self, noun: type[T], key: str) -> Stored[T] | None: ...
    def page(
        self, noun: type[T], after: str = "", limit: int = 100, search: Search = ...
    ) -> list[Stored[T]]: ...
    def numbered(self, noun: type[T], system: str | None, number: str | None) -> list[Stored[T]]: ...
    def put(self, value: T, by: By, expected: int | None = None) -> Stored[T]: ...
    def remove(self, noun: type[Registered], key: str, by: By, expected: int | None = None) -> None: ...
    def snapshot(self, kinds: Collection[str] = ...) -> RegistrySnapshot: ...
    def changes_since(self, sequence: int, limit: int = 10_000) -> Sequence[EventRow]: ...


class KeyRows(Protocol):
    """The API keys within one transaction (`store.repositories.keys` has one)."""

    def issue(self, grant: Grant, by: By) -> Issued: ...
    def get(self, id: str) -> Key | None: ...
    def all(self) -> list[Key]: ...
    def revoke(self, id: str, by: By) -> Key: ...
    def authenticate(self, secret: str, now_us: int) -> Principal | None: ...
    def note_used(self, used: dict[str, int]) -> int: ...


class Once(Protocol):
    """Does a request with an Idempotency-Key once (`store.repositories.once.once`)."""

    def __call__(
        self,
        connection: Any,
        principal: str,
        key: str | None,
        digest: str,
        now_us: int,
        act: Callable[[], Json],
    ) -> Json: ...


class FindingRows(Protocol):
    """Findings as kept (`store.repositories.findings`)."""

    def by_ids(self, connection: Any, ids: Collection[str]) -> dict[str, Finding]: ...
    def find(
        self, connection: Any, which: FindingFilter, after: tuple[int, str] | None = None, limit: int = 100
    ) -> list[Finding]: ...
    def links(self, connection: Any, finding_id: str) -> list[tuple[Change, str]]: ...
    def going_on(self, connection: Any) -> list[Finding]: ...
    def going_on_about(
        self, connection: Any, devices: Collection[str], gateways: Collection[str]
    ) -> list[Finding]: ...


class AlarmRows(Protocol):
    """Alarms as kept (`store.repositories.alarms`)."""

    def get(self, connection: Any, id: str) -> Alarm | None: ...
    def find(
        self, connection: Any, which: AlarmFilter, after: tuple[int, str] | None = None, limit: int = 100
    ) -> list[Alarm]: ...
    def acknowledge(
        self,
        connection: Any,
        id: str,
        version: int | None,
        decide: Callable[[Alarm], Alarm],
        by: By,
        seen_us: int | None = None,
    ) -> Alarm: ...


class TicketRows(Protocol):
    """Tickets as kept (`store.repositories.tickets`)."""

    def get(self, connection: Any, id: str) -> Ticket | None: ...
    def by_number(self, connection: Any, number: int) -> Ticket | None: ...
    def find(
        self, connection: Any, which: TicketFilter, after: int | None = None, limit: int = 100
    ) -> list[Ticket]: ...
    def comments_of(self, connection: Any, id: str) -> list[Comment]: ...
    def history(self, connection: Any, id: str, after: int = 0, limit: int = 1000) -> Sequence[EventRow]: ...


class CredentialRows(Protocol):
    """The credentials of gateways within one transaction (`store.repositories.credentials` has one)."""

    def issue(self, gateway: str, by: By) -> tuple[Credential, str]: ...
    def revoke(self, gateway: str, by: By) -> Credential: ...
    def get(self, gateway: str) -> Credential | None: ...
    def all(self) -> list[Credential]: ...


class Publisher(Protocol):
    """A way to put a repaired message on its topic again, through the broker."""

    def submit(self, topic: str, payload: bytes) -> None:
        """Publish with QoS 1 and wait for the broker's acknowledgement.

        Raises:
            ConnectionError: the broker did not take it.
        """

    def connected(self) -> AbstractContextManager[Callable[[str, bytes], None]]:
        """One connection for many messages: what is handed out is called as `submit`, from one thread."""


class MachineRows(Protocol):
    """Figures of machines and their inspections (`store.repositories.machines`)."""

    def days(
        self, connection: Any, equipment: str, from_day: int, behind_day: int
    ) -> Sequence[StoredDay]: ...
    def inspected(self, connection: Any, equipment: str | None = None) -> list[Inspection]: ...
    def add_inspection(self, connection: Any, done: Inspection, by: By) -> Inspection: ...


class MappingRows(Protocol):
    """The mappings within one transaction (`store.repositories.mappings` has one)."""

    def all(self) -> list[StoredMapping]: ...
    def get(self, key: str) -> StoredMapping | None: ...
    def versions(self, key: str) -> list[MappingVersion]: ...
    def version(self, key: str, number: int) -> MappingVersion | None: ...
    def put(self, key: str, draft: Draft, by: By, expected: int | None = None) -> StoredMapping: ...
    def switch_on(
        self, key: str, by: By, number: int | None = None, expected: int | None = None
    ) -> StoredMapping: ...
    def switch_off(self, key: str, by: By, expected: int | None = None) -> StoredMapping: ...


class Heard(NamedTuple):
    """A message as it came from the broker, or as somebody pasted it."""

    topic: str
    payload: bytes
    received_us: int
    retained: bool = False


class Listener(Protocol):
    """A short look at what really comes on some topics."""

    def listen(self, filters: Sequence[str], seconds: float, most: int) -> list[Heard]:
        """What comes within so many seconds, at most so many messages.

        Raises:
            ConnectionError: the broker is away.
            PermissionError: it does not let us read these topics.
            BlockingIOError: enough others are looking.
        """


@dataclass(frozen=True, slots=True)
class Check:
    """One part that must be ready before the service is."""

    part: str
    ask: Callable[[], str | None]
    """None when ready, else the named reason why not. It may block for a moment, and an exception is a reason too."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the API works with."""

    readings: ReadingReader
    database: Database
    events: Events
    registry: Callable[[Any], RegistryRows]
    """The registry within a transaction."""
    keys: Callable[[Any], KeyRows]
    """The API keys within a transaction."""
    once: Once
    findings: FindingRows
    alarms: AlarmRows
    tickets: TicketRows
    imports: Imports
    long_jobs: LongJobs
    model_complaint: Callable[[Model], str | None]
    """Why the file of a model is refused; None if it is what was written after training."""
    adopt_proposal: Callable[[Any, Proposal, By], str | None]
    """(transaction, proposal, who) lets the proposed figure hold; the named reason if it cannot."""
    policies: Callable[[Any], Policies]
    """All versions of the policy within a transaction."""
    publisher: Publisher
    credentials: Callable[[Any], CredentialRows]
    """The credentials of gateways within a transaction."""
    granted: Callable[[Any, str], Sequence[str]]
    """(transaction, gateway) → the topic filters that mappings let it publish to."""
    refusals: Callable[[], Sequence[broker.Refusal]]
    """What the embedded broker refused lately."""
    gateway_address: str
    """mqtt[s]://host:port as gateways are told."""
    machines: MachineRows
    mappings: Callable[[Any], MappingRows]
    """The mappings of gateways within a transaction."""
    ready_mappings: Callable[[], Mapping[str, dict[str, Any]]]
    """Key → document of every ready-made mapping."""
    listener: Listener
    live: LiveMessages
    positions: Callable[[], Mapping[str, int]]
    """Stage (journal, store, detect) → the journal position it has reached."""
    checks: tuple[Check, ...]
    unit_of: Callable[[str], str]
    """Quantity → the name of its one unit ("" if it has none or is unknown)."""
    now_us: Callable[[], int]
    foretelling: Foretelling
    """What is foretold of zones right now."""
    photos: PhotoFiles
    """The files of photos on tickets."""
    webhook_allow: Allowed = field(default_factory=Allowed)
    """Where webhooks may go beside the public internet."""
    public_url: str = ""
    """Where this installation is seen from outside, for labels; "" = nowhere."""
    receipt_token: str = ""
    """What reports of providers of SMS and calls must carry; "" = none is taken."""

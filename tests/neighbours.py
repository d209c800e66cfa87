"""Two customers under one roof, each with one of everything, and what is known of every operation's parameters.

Whatever belongs to a customer bears its word, in keys, names, numbers and sentences: `quokka` and `numbat`. A word in an
answer to the other is a leak. **A new operation** is taught here: its path parameter in THINGS (by the first word of its
path), its query parameters in NAMING or NEUTRAL, what it needs at least in NEEDS, its body in BODIES. Until then the tests
in `tests/api/test_nobody_else.py` fail and say what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

from detect.nouns import Change, Finding, FindingChange, Kind, Severity
from ingest.nouns import Batch, Count, DeadLetter, NewSeries
from registry import nouns as r
from store.repositories import desk
from store.repositories.keys import Grant, KeyRepository
from store.repositories.records import By
from store.repositories.registry import RegistryRepository
from store.repositories.users import UserRepository
from tests.logging_in import GOOD, OURS, quick
from tests.neighbours_desk import arrange, work_for_both
from tickets import policy
from tickets.places import RegistryPlaces
from tickets.raising import Raising

WORDS = ("quokka", "numbat")
"""Nothing else in the world is called so."""
HOUR = 3_600_000_000
ABSENT = "nothing-like-it"
NO_ID = "0" * 8 + "-0000-7000-8000-" + "0" * 12


def other(word: str) -> str:
    """The neighbour."""
    return WORDS[1 - WORDS.index(word)]


@dataclass
class Ids:
    """What the world numbered by itself, per customer."""

    ticket: str = ""
    """Of goods."""
    words: str = ""
    """Opened by the customer."""
    alarm: str = ""
    placement: str = ""
    series: str = ""
    session: str = ""
    scan: str = ""
    dead_letter: str = ""
    key: str = ""
    both: str = ""
    """The ticket about goods of both; the same for each."""
    webhook: str = ""
    link: str = ""
    token: str = ""
    """Of a link with which the customer follows the ticket of both."""
    stillness: str = ""


@dataclass
class Neighbours:
    """The two, and how each of them asks: `quokka` with a key, `quokka/page` with a session."""

    world: Any
    ids: dict[str, Ids] = field(default_factory=lambda: {word: Ids() for word in WORDS})
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    def ask(self, method: str, path: str, who: str, **more: Any) -> Any:
        """One request, as somebody."""
        headers = {**self.headers[who], **more.pop("headers", {})}
        return self.world.ask(method, path, None, headers=headers, **more)


def settle(world: Any) -> Neighbours:
    """Let both move in."""
    found = Neighbours(world)
    for at, word in enumerate(WORDS):
        _register(world, word)
        _measure(world, word, at)
        _alarm(world, word)
    _share(world)
    for word in WORDS:
        _let_in(found, word)
        _act(found, word)
        arrange(found, word)
    work_for_both(found)
    return found


def _register(world: Any, w: str) -> None:
    now = world.now_us
    by = By(f"key:{w}-setup", now - 3 * HOUR, f"{w} moves in")

    def named(key: str, **more: Any) -> dict[str, Any]:
        number = {"external_system": "ERP", "external_number": f"{w}-{key}-no"}
        return {"key": f"{w}-{key}", "name": f"{w} {key}", **number, **more}

    limits = (r.ProfileVersion(),)
    objects = [
        r.Customer(key=w, name=f"{w} Ltd"), r.Site(**named("site", customer=w, time_zone="Asia/Shanghai")),
        r.Profile(**named("profile", note=f"as {w} wishes", versions=limits)), r.Product(**named("product", profile=f"{w}-profile")),
        r.Zone(**named("cold", site=f"{w}-site", profile=f"{w}-profile")), r.Carrier(**named("carrier", phone=f"{w}-phone")),
        r.Zone(**named("van", kind=r.ZoneKind.TRUCK)), r.Contact(**named("contact", customer=w, email=f"a@{w}.example")),
        r.Contact(**named("yard", customer=w, site="depot")),
        r.Person(**named("person", role=r.Role.CUSTOMER, customer=w, email=f"p@{w}.example")),
        r.Person(**named("driver", role=r.Role.DRIVER, carrier=f"{w}-carrier")),
        r.Gateway(**named("gw", site=f"{w}-site")), r.Device(**named("probe", gateway=f"{w}-gw", device="p")),
        r.Device(**named("tag", gateway=f"{w}-gw", device="t")),
        r.Calibration(**named("cal", device=f"{w}-probe", quantity="temperature", done_us=now - HOUR)),
        r.Equipment(**named("ac", zone=f"{w}-cold", kind=r.EquipmentKind.COOLING)),
        r.Order(**named("order", customer=w)), r.Team(**named("team", customers=(w,))),
        r.Person(**named("engineer", role=r.Role.ENGINEER, teams=(f"{w}-team",), phone=f"{w}-phone")),
        r.Shift(**named("shift", person=f"{w}-engineer", days=(r.Weekday.MON,), starts="08:00", ends="17:00")),
        r.Absence(**named("absence", person=f"{w}-engineer", from_us=now + 24 * HOUR, to_us=now + 48 * HOUR)),
        r.Rota(**named("rota", level=r.Level.FIRST, people=(f"{w}-engineer",))),
        r.Shipment(**named("trip", zone=f"{w}-van", origin=f"{w}-site", destination="depot", departed_us=now - HOUR,
                           carrier=f"{w}-carrier", driver=f"{w}-driver", order=f"{w}-order", vehicle=f"{w} 001")),
        r.Lot(**named("lot", customer=w, product=f"{w}-product", order=f"{w}-order")),
        r.Lot(**named("aboard", customer=w, product=f"{w}-product")),
        r.Lot(**named("beside", customer=w, product=f"{w}-product")),
    ]  # fmt: skip
    stays = [
        ("lot", f"{w}-lot", "zone", f"{w}-cold"), ("device", f"{w}-probe", "zone", f"{w}-cold"),
        ("lot", f"{w}-aboard", "shipment", f"{w}-trip"), ("lot", f"{w}-beside", "zone", "z1"),
    ]  # fmt: skip
    with world.database.writing() as connection:
        registry = RegistryRepository(connection)
        for value in objects:
            registry.put(value, by)
        for kind, subject, place_kind, place in stays:
            stay = r.Placement(
                subject_kind=r.SubjectKind(kind), subject=subject, place_kind=r.PlaceKind(place_kind), place=place,
                valid_from_us=now - HOUR,
            )  # fmt: skip
            registry.placements.place(stay, by)


def _share(world: Any) -> None:
    """A truck and a journey that take lots of both, on an order of the first."""
    first, second = WORDS
    with world.database.writing() as connection:
        registry, by = RegistryRepository(connection), By("key:setup", world.now_us)
        registry.put(r.Zone(key="truck", kind=r.ZoneKind.TRUCK), by)
        shared = r.Shipment(
            key="groupage", zone="truck", origin=f"{second}-site", destination="depot", order=f"{first}-order",
            carrier="k1", vehicle="K 1", departed_us=world.now_us - HOUR, amount=Decimal("186000.00"),
            legs=(r.Leg(origin=f"{second}-site", destination=f"{first}-site", carrier="k1"),),
        )  # fmt: skip
        registry.put(shared, by)
        for word in WORDS:
            registry.put(r.Lot(key=f"{word}-grouped", customer=word, product=f"{word}-product"), by)
            stay = r.Placement(
                subject_kind=r.SubjectKind.LOT, subject=f"{word}-grouped", place_kind=r.PlaceKind.SHIPMENT,
                place="groupage", valid_from_us=world.now_us - HOUR,
            )  # fmt: skip
            registry.placements.place(stay, by)


def _measure(world: Any, w: str, at: int) -> None:
    """An hour of readings that tell whose they are: 1000 + … and 2000 + …."""
    number = max(info.id for info in world.reader.series()) + 1
    times = np.arange(world.now_us - HOUR, world.now_us, 60_000_000, dtype="<i8")
    batch = Batch(
        received_us=world.now_us, series=np.full(len(times), number, "<i4").tobytes(), time_us=times.tobytes(),
        value=(np.arange(len(times), dtype="<f8") + 1000 * (at + 1)).tobytes(), flags=np.zeros(len(times), "u1").tobytes(),
        source=np.zeros(len(times), "<u2").tobytes(), gateways=[f"{w}-gw"],
        new_series=[NewSeries(number, f"{w}-gw", f"{w}-gw/p", "temperature")],
        counts=[Count(f"{w}-gw", world.now_us - world.now_us % HOUR, "messages_received", "", 5)],
        dead_letters=[DeadLetter(world.now_us, f"{w}-gw", f"keepwell/v1/{w}-gw/telemetry", "not_json", "", w.encode(), 9)],
        links=[],
    )  # fmt: skip
    world.store.apply([(world.reader.position() + 1, batch)])


def _alarm(world: Any, w: str) -> None:
    """Goods too warm in the customer's own zone, with alarm and ticket; and in the house that all share."""
    found = [
        Finding(
            id=f"f-{w}-{zone}", detector="excursion", detector_version="1", kind=Kind.TOO_HIGH,
            subject=f"device:{w}-gw/p:temperature", band=f"{w}-band", zone=zone, cause=f"zone:{zone}:temperature:{w}-band",
            severity=Severity.ALARM, start_us=world.now_us - HOUR // 2, end_us=None, peak=1059.0, area=31.5, coverage=1.0,
            samples=31, received_us=world.now_us,
            evidence={"limit": 45.0, "quantity": "temperature", "device": f"{w}-gw/p"},
        )
        for zone in (f"{w}-cold",)
    ]  # fmt: skip
    with world.database.writing() as connection:
        places = RegistryPlaces(RegistryRepository(connection).snapshot())
        raising = Raising(policy.load(), places, r.uuid7)
        desk.record(connection, [FindingChange(Change.OPENED, one) for one in found], raising, world.now_us)


def _let_in(found: Neighbours, w: str) -> None:
    """A key and a session."""
    world = found.world
    state = world.app.state.keepwell
    state.passwords = quick()
    by = By("key:setup", world.now_us)
    with world.database.writing() as connection:
        key, secret = KeyRepository(connection).issue(Grant(f"{w} portal", r.Role.CUSTOMER, customer=w), by)
        users = UserRepository(connection)
        users.make(f"{w}-person", by)
        users.set_password(f"{w}-person", state.passwords.hash(GOOD), by)
    found.ids[w].key = key.id
    found.headers[w] = {"Authorization": f"Bearer {secret}"}
    answer = world.post("/login", {"name": f"{w}-person", "password": GOOD}, None)
    assert answer.status_code == 200, answer.text
    found.headers[f"{w}/page"] = {"Cookie": f"keepwell-session={answer.cookies['keepwell-session']}", **OURS}
    found.ids[w].session = answer.json()["session"]


def _act(found: Neighbours, w: str) -> None:
    """Words of the customer, words of the staff about it, and the numbers of all that."""
    world, ids = found.world, found.ids[w]
    body = {"title": f"{w} smells smoke", "description": f"in {w} hall", "subject": f"zone:{w}-cold"}
    made = found.ask("POST", "/api/v1/tickets", w, json=body)
    assert made.status_code == 201, made.text
    ids.words = made.json()["number"].removeprefix("KW-")
    found.ask("POST", f"/api/v1/tickets/{ids.words}/comments", w, json={"text": f"{w} waits"})
    tickets = world.get("/tickets", params={"zone": f"{w}-cold", "kind": "goods"}).json()["items"]
    ids.ticket = tickets[0]["number"].removeprefix("KW-")
    for number in (ids.ticket, ids.words):
        world.post(f"/tickets/{number}/comments", {"text": f"call {w} first"}, "engineer")
        world.post(f"/tickets/{number}/transitions", {"act": "accept"}, "engineer")
        held = {"act": "hold", "reason": f"{other(w)} goes first"}
        world.post(f"/tickets/{number}/transitions", held, "engineer")
    ids.alarm = world.get("/alarms", params={"zone": f"{w}-cold"}).json()["items"][0]["id"]
    ids.placement = world.get("/placements", params={"subject": f"{w}-lot"}).json()["items"][0]["id"]
    ids.series = str(world.get("/series", params={"device": f"{w}-gw/p"}).json()["items"][0]["series"])
    letters = world.get("/dead-letters", params={"gateway": f"{w}-gw"}).json()["items"]
    ids.dead_letter = str(letters[0]["id"])


Of = Callable[[str, Ids], str]


def _key(what: str) -> Of:
    return lambda word, _: f"{word}-{what}"


THINGS: Mapping[str, tuple[Of, str]] = {
    # first word of the path → a thing of a customer, and one that does not exist
    "customers": (lambda w, _: w, ABSENT), "sites": (_key("site"), ABSENT), "zones": (_key("cold"), ABSENT),
    "lots": (_key("lot"), ABSENT), "orders": (_key("order"), ABSENT), "shipments": (_key("trip"), ABSENT),
    "products": (_key("product"), ABSENT), "profiles": (_key("profile"), ABSENT), "contacts": (_key("contact"), ABSENT),
    "people": (_key("person"), ABSENT), "carriers": (_key("carrier"), ABSENT), "gateways": (_key("gw"), ABSENT),
    "devices": (_key("probe"), ABSENT), "device-models": (_key("model"), ABSENT), "equipment": (_key("ac"), ABSENT),
    "calibrations": (_key("cal"), ABSENT), "organisations": (_key("org"), ABSENT), "users": (_key("person"), ABSENT),
    "mappings": (_key("mapping"), ABSENT), "tickets": (lambda _, i: i.ticket, "99999999"),
    "alarms": (lambda _, i: i.alarm, NO_ID), "findings": (lambda w, _: f"f-{w}-{w}-cold", ABSENT),
    "placements": (lambda _, i: i.placement, NO_ID), "dead-letters": (lambda _, i: i.dead_letter, "99999999"),
    "keys": (lambda _, i: i.key, NO_ID), "me": (lambda _, i: i.session, NO_ID), "bulk": (lambda *_: "lots", ABSENT),
    "lists": (lambda *_: "lots.xlsx", ABSENT),
    # of the desk alone, about a customer
    "teams": (_key("team"), ABSENT), "shifts": (_key("shift"), ABSENT), "absences": (_key("absence"), ABSENT),
    "rotas": (_key("rota"), ABSENT), "inbound-hooks": (_key("hook"), ABSENT), "policies": (_key("policy"), ABSENT),
    "calendars": (_key("calendar"), ABSENT), "telling": (lambda w, _: f"person:{w}-engineer", f"person:{ABSENT}"),
    "webhooks": (lambda _, i: i.webhook, NO_ID), "signed-links": (lambda _, i: i.link, NO_ID),
    "maintenance": (lambda _, i: i.stillness, NO_ID), "outbox": (lambda *_: "1" * 8 + NO_ID[8:], NO_ID),
    # of the operator alone
    **{kind: (lambda *_: NO_ID, NO_ID) for kind in ("scans", "logger-files", "imports", "models", "backtests", "quality")},
}  # fmt: skip
MORE: Mapping[str, list[Of]] = {
    # more things of a customer: among those of others, on the way, in its own words
    "lots": [_key("beside"), _key("aboard"), _key("grouped")], "zones": [_key("van")], "contacts": [_key("yard")],
    "tickets": [lambda _, i: i.words, lambda _, i: f"KW-{i.ticket}"], "people": [_key("driver")], "devices": [_key("tag")],
}  # fmt: skip
SECOND = {"number": "1", "delivery": "msg_" + "0" * 32, "id": NO_ID}
"""A second parameter of a path."""

NAMING: Mapping[str, tuple[list[Of], str]] = {
    # query parameters that name somebody's things: of a customer, and absent
    "zone": ([_key("cold"), _key("van"), _key("trip")], ABSENT), "site": ([_key("site")], ABSENT),
    "device": ([lambda w, _: f"{w}-gw/p", _key("probe")], f"{ABSENT}/p"), "gateway": ([_key("gw")], ABSENT),
    "lot": ([_key("lot"), _key("beside")], ABSENT), "series": ([lambda _, i: i.series], "99999"), "key": ([_key("lot"), _key("cold")], ABSENT),
    "subject": ([
        lambda w, _: f"lot:{w}-lot", lambda w, _: f"customer:{w}", lambda w, _: f"ticket:{w}", lambda w, _: f"zone:{w}-cold",
        lambda w, _: f"device:{w}-gw/p:temperature", lambda w, _: f"user:{w}-person", lambda w, i: f"key:{i.key}",
        lambda w, i: f"placement:{i.placement}", _key("lot"), lambda w, _: f"order:{w}-order",
    ], f"lot:{ABSENT}"),
    "place": ([_key("cold"), _key("trip")], ABSENT), "external_number": ([_key("lot-no"), _key("order-no"), _key("trip-no")], ABSENT),
    "cause": ([lambda w, _: f"zone:{w}-cold:temperature:{w}-band"], f"zone:{ABSENT}:temperature:x"),
    "code": ([
        lambda w, _: f"keepwell:lot/{w}-lot", lambda w, _: f"keepwell:device/{w}-probe", lambda w, _: f"{w}-lot-no",
        lambda w, _: f"keepwell:zone/{w}-cold", lambda w, _: f"keepwell:shipment/{w}-trip", lambda w, _: f"{w}-order-no",
    ], f"keepwell:lot/{ABSENT}"),
    "goods": ([_key("profile")], ABSENT), "customer": ([lambda w, _: w], ABSENT), "team": ([_key("team")], ABSENT),
    "assignee": ([lambda w, _: f"person:{w}-engineer", lambda w, _: f"person:{w}-person"], f"person:{ABSENT}"),
    "parent": ([lambda _, i: i.ticket, lambda _, i: i.words], "99999999"),
    "text": ([lambda w, _: w, lambda w, _: f"{w} waits", lambda w, _: f"{w}-lot", lambda _, i: f"KW-00000{i.words}"], ABSENT),
}  # fmt: skip
NEUTRAL = frozenset({
    "zones",
    "cursor", "limit", "format", "tz", "from", "to", "buckets", "corrected", "quantity", "external_system", "kind", "state",
    "priority", "since", "active", "acked", "going_on", "retracted", "at", "after", "readings_every_s", "days", "weeks", "risk",
    "least", "date", "control", "trouble", "sheet", "skip", "reason", "lang", "latched", "sort", "system", "unassigned",
    "category", "phase", "line", "live", "taken", "status", "stage", "caption", "public", "overdue", "act_by_before", "unconfirmed",
})  # fmt: skip
"""Query parameters of operations that customers may do, which name nobody's things."""

RANGE = {"from": "2026-11-21T07:00:00Z", "to": "2026-11-21T11:00:00Z"}


def needs(operation: str, word: str) -> dict[str, Any]:
    """What an operation needs in its query at least, so that it answers with one's own."""
    own = {"zone": f"{word}-cold"}
    return {
        "list_readings": RANGE | own, "bucket_readings": RANGE | own, "derived_readings": RANGE | own | {"quantity": "dew_point_margin"}, "list_series": own, "latest_readings": own,
        "identify": {"code": f"keepwell:lot/{word}-lot"}, "read_labels": {"kind": "lot", "key": f"{word}-lot"},
        "read_track": {},
    }.get(operation, {})  # fmt: skip


REPLACES: Mapping[str, frozenset[str]] = {
    # parameters that name the place, so that one replaces another
    name: frozenset({"zone", "site", "device", "series", "key"})
    for name in ("zone", "site", "device", "series", "key")
}
DEEDS: Mapping[str, dict[str, Any]] = {
    "confirm": {}, "reopen": {"reason": "x"}, "survey": {"score": 1}, "cancel": {"reason": "x"},
    "accept": {}, "correct": {"reason": "x", "priority": "P5"},
}  # fmt: skip
"""What a customer might try on a ticket."""
BODIES: Mapping[str, Callable[[str, Ids], list[Any]]] = {
    # bodies of operations that customers may do; `word` and `ids` are whose things they name
    "open_ticket": lambda w, i: [
        {"title": "x", "subject": f"{kind}:{key}"}
        for kind, key in (("lot", f"{w}-lot"), ("zone", f"{w}-cold"), ("customer", w), ("shipment", f"{w}-trip"),
                          ("site", f"{w}-site"), ("device", f"{w}-gw/p"))
    ] + [{"title": "x", "subject": f"customer:{other(w)}", **more} for more in ({"customer": w}, {"parent": i.ticket}, {"parent": i.words})],
    "move_ticket": lambda w, i: [{"act": act, **more} for act, more in DEEDS.items()],
    "move_tickets": lambda w, i: [{"act": act, "numbers": [i.ticket, i.words], **more} for act, more in DEEDS.items()],
    "comment_ticket": lambda w, i: [{"text": "x"}], "add_photo": lambda w, i: [{}],
    "print_labels": lambda w, i: [{"kind": "lot", "keys": [f"{w}-lot"]}, {"kind": "zone", "keys": [f"{w}-cold"]},
                                  {"kind": "lot", "site": f"{w}-site"}],
    "change_password": lambda w, i: [{"password": "x", "new_password": "y"}],
    "put_own_habits": lambda w, i: [{"quiet_from": "22:00", "quiet_to": "07:00"}],
}  # fmt: skip
FOREIGN_STATUS = {
    "print_labels": 422, "read_labels": 422, "change_password": None, "put_own_habits": None, "comment_ticket": None, "move_tickets": 200,
}  # fmt: skip
"""What naming a foreign thing in a body or query answers, where that is not 404; None: nothing is named there."""

"""The registry file: what it says is what is meant, and what is wrong with it is named with line and field."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from detect.nouns import Severity
from ingest.nouns import US_PER_MINUTE
from registry.faults import InvalidFileError
from registry.file import device_key, parse
from registry.nouns import ALWAYS_US, KINDS, LotStatus, PlaceKind, SubjectKind
from registry.tables import BAND, OBJECTS, PARTS, PLACE, PLACEMENT, PROFILE, VERSION, Field
from texts import LANGUAGES, catalogue, placeholders, render

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "registry" / "example.toml").read_text("utf-8")

BASE = """\
format = 1
[[customer]]
key = "c1"
[[zone]]
key = "z1"
[[zone]]
key = "z2"
[[gateway]]
key = "g1"
[[device]]
gateway = "g1"
device = "d1"
[[product]]
key = "p1"
profile = "lead"
[[equipment]]
key = "e1"
zone = "z1"
kind = "cooling"
"""
START = BASE.count("\n") + 1
"""The line of the first line appended to BASE."""


def test_example_shows_what_it_says() -> None:
    """Every part of the example arrives in the registry as it is meant."""
    found = parse(EXAMPLE)
    assert [device.full_name for device in found.devices] == [
        "gw-harbour/probe-1", "gw-old/probe-2", "gw-north/probe-1", "GW-truck-7", "gw-harbour/logger-9", "gw-north/duct",
    ]  # fmt: skip
    assert found.devices[0].key == "gw-harbour-probe-1"
    assert found.devices[0].interval_us == US_PER_MINUTE
    assert found.devices[0].quantities == ("temperature", "relative_humidity")
    assert found.sites[1].customer == "brightcoat"
    assert [p.key for p in found.profiles] == ["lead", "paint-waterborne", "brightcoat-base", "pigment"]
    like = found.profiles[2]
    assert (like.name, like.name_zh) == ("Brightcoat basecoat", "亮彩底漆")
    (version,) = like.versions
    assert [(limit.band, limit.limit) for limit in version.limits] == [
        ("frost", 4.0),
        ("high", 30.0),
        ("freeze", 0.0),
    ]
    assert version.unwatched_us == 30 * US_PER_MINUTE
    assert version.limits[1].severity is Severity.ALARM
    first, second = found.profiles[3].versions
    assert first.valid_to_us == second.valid_from_us
    assert (first.valid_from_us, second.valid_to_us) == (ALWAYS_US, None)
    assert found.lots[1].status is LotStatus.HOLD
    placed = {(p.subject, p.place) for p in found.placements}
    assert ("b-2026-118", "trip-42") in placed
    assert ("duct-probe", "heater-1") in placed
    moved = [p for p in found.placements if p.subject == "paint-probe"]
    assert moved[0].valid_to_us == moved[1].valid_from_us == 1_790_784_000_000_000
    assert {p.subject_kind for p in found.placements} == set(SubjectKind)
    assert {p.place_kind for p in found.placements} == set(PlaceKind)


def test_example_uses_every_table() -> None:
    """The example is a complete one."""
    found = parse(EXAMPLE)
    assert all(getattr(found, kind.field) for kind in KINDS.values())


def test_document_names_every_field() -> None:
    """docs/registry-file.md describes each field of each table, and every default profile."""
    text = (ROOT / "docs" / "registry-file.md").read_text("utf-8")
    common = {"key", "name", "external_system", "external_number"}
    parts = re.split(r"\n`\[\[?([a-z_.]+)\]\]?`", text)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    tables = {**OBJECTS, "placement": PLACEMENT, "profile": {**PROFILE, **VERSION}, "profile.band": BAND}
    tables |= {kind: {**OBJECTS[kind], **PLACE} for kind in ("device", "lot")}
    for kind, part in PARTS.items():
        tables[kind] = {**OBJECTS[kind], part.name: Field(part.name)}
        tables[f"{kind}.{part.name}"] = part.table
    assert sections.keys() == tables.keys()
    for name, table in tables.items():
        missing = [field for field in table.keys() - common if f"`{field}`" not in sections[name]]
        if name == "lot":
            missing.remove("equipment")  # goods are not placed in a machine
        assert missing == [], name


WRONG = [
    pytest.param("[[zone]\n", 1, "", "syntax", id="syntax"),
    pytest.param('name = "a\nb"\n', 1, "", "syntax", id="broken string"),
    pytest.param("[[zones]]\nkey = 'x'\n", 1, "zones", "misspelt_field", id="misspelt table"),
    pytest.param("[[xyzzy]]\n", 1, "xyzzy", "unknown_field", id="unknown table"),
    pytest.param("[zone]\nkey = 'x'\n", 1, "", "syntax", id="table after array"),
    pytest.param("[site]\nkey = 'x'\n", 1, "site", "not_an_array", id="table for array"),
    pytest.param("[[zone]]\nkey = 'x'\ncolour = 3\n", 3, "zone[3].colour", "unknown_field", id="unknown field"),
    pytest.param("[[zone]]\nkey = 'x'\nsit = 's'\n", 3, "zone[3].sit", "misspelt_field", id="misspelt field"),
    pytest.param("[[zone]]\n\n", 1, "zone[3]", "missing_field", id="no key"),
    pytest.param("[[site]]\nkey = 's'\n", 1, "site[1]", "missing_field", id="no time zone"),
    pytest.param("[[zone]]\nkey = 'Hall 1'\n", 2, "zone[3].key", "bad_key", id="bad key"),
    pytest.param("[[zone]]\nkey = ''\n", 2, "zone[3].key", "bad_key", id="empty key"),
    pytest.param(f"[[zone]]\nkey = '{'x' * 65}'\n", 2, "zone[3].key", "bad_key", id="long key"),
    pytest.param("[[zone]]\nkey = 'x'\ncodes = ['(01)1']\n", 3, "zone[3].codes", "bad_code", id="broken code"),
    pytest.param("[[zone]]\nkey = 7\n", 2, "zone[3].key", "wrong_type", id="number as key"),
    pytest.param("[[gateway]]\nkey = 'a/b'\n", 2, "gateway[2].key", "bad_gateway", id="gateway id"),
    pytest.param("[[person]]\nkey = 'p'\nquiet_from = '9 pm'\n", 3, "person[1].quiet_from", "bad_time_of_day", id="clock"),
    pytest.param("[[person]]\nkey = 'p'\nlanguages = ['English']\n", 3, "person[1].languages", "bad_language", id="language"),
    pytest.param(
        "[[person]]\nkey = 'p'\n[[shift]]\nkey = 's'\nperson = 'p'\ndays = ['mon']\n", 3, "shift[1]", "shift_unclear",
        id="shift without hours",
    ),
    pytest.param("[[zone]]\nkey = 'x'\nkind = 'tent'\n", 3, "zone[3].kind", "bad_choice", id="choice"),
    pytest.param("[[zone]]\nkey = 'x'\nname = \"a\\u0007\"\n", 3, "zone[3].name", "bad_text", id="bell"),
    pytest.param("[[site]]\nkey='s'\ntime_zone='Mars/X'\n", 3, "site[1].time_zone", "bad_time_zone", id="zone"),
    pytest.param(
        "[[site]]\nkey='s'\ntime_zone='UTC'\n\nlatitude = 91\n", 5, "site[1].latitude", "out_of_range", id="latitude"
    ),
    pytest.param(
        "[[site]]\nkey='s'\ntime_zone='UTC'\nlongitude = nan\n", 4, "site[1].longitude", "out_of_range", id="nan"
    ),
    pytest.param(
        "[[site]]\nkey='s'\ntime_zone='UTC'\nlongitude = true\n", 4, "site[1].longitude", "wrong_type", id="bool"
    ),
    pytest.param("[[zone]]\nkey = 'x'\nsite = 'no'\n", 3, "zone[3].site", "unknown_reference", id="reference"),
    pytest.param(
        "[[calibration]]\nkey='x'\ndevice='g1-d1'\nquantity='temperature'\n"
        "done=2026-01-02T00:00:00Z\ndue=2026-01-01T00:00:00Z\n",
        6, "calibration[1].due", "end_before_start", id="calibration due before it was done",
    ),
    pytest.param(
        "[[shipment]]\nkey='x'\n[[shipment.leg]]\ndeparted=2026-01-02T00:00:00Z\narrived=2026-01-01T00:00:00Z\n",
        5, "shipment[1].leg[1].arrived", "end_before_start", id="leg backwards",
    ),
    pytest.param("[[product]]\nkey='x'\ngtin='12a'\n", 3, "product[2].gtin", "bad_digits", id="gtin"),
    pytest.param("[[shipment]]\nkey='x'\namount=-1\n", 3, "shipment[1].amount", "bad_amount", id="amount below 0"),
    pytest.param("[[shipment]]\nkey='x'\namount='1,5'\n", 3, "shipment[1].amount", "bad_amount", id="amount with comma"),
    pytest.param("[[shipment]]\nkey='x'\namount=nan\n", 3, "shipment[1].amount", "bad_amount", id="amount nan"),
    pytest.param("[[shipment]]\nkey='x'\ncurrency='yuan'\n", 3, "shipment[1].currency", "bad_currency", id="currency"),
    pytest.param(
        "[[device_model]]\nkey='x'\nbattery=[[3,100],[2,0]]\n", 3, "device_model[1].battery", "bad_curve", id="curve"
    ),
    pytest.param(
        "[[profile]]\nkey='x'\nband=[{band='b',quantity='temperature',side='high',limit=1,budget='1 h'}]\n",
        3, "profile[1].band[1].budget", "budget_without_window", id="budget",
    ),
    pytest.param(
        "[[profile]]\nkey='x'\nband=[{band='b',quantity='time_of_wetness',side='high',limit=9}]\n",
        3, "profile[1].band[1].window", "window_misfit", id="hours of wetness within no window",
    ),
    pytest.param(
        "[[profile]]\nkey='x'\nband=[{band='b',quantity='freeze_thaw',side='high',limit=0,window='9 d'}]\n",
        3, "profile[1].band[1].side", "side_misfit", id="freezing above",
    ),
    pytest.param(
        "[[profile]]\nkey='x'\nband=[{band='b',quantity='mean_kinetic_temperature',side='high',limit=25,window='9 d'}]\n",
        3, "profile[1].band[1].allowed", "allowed_without_kinetic", id="nothing allowed",
    ),
    pytest.param(
        "[[profile]]\nkey='x'\nband=[{band='b',quantity='temperature',side='high',limit=25,"
        "allowed={low=30,high=15,most=40,most_for='24 h'}}]\n",
        3, "profile[1].band[1].allowed", "bad_allowed", id="allowed upside down",
    ),
    pytest.param(
        "[[shipment]]\nkey='x'\n[[shipment.leg]]\nzone='no'\n", 4, "shipment[1].leg[1].zone", "unknown_reference",
        id="zone of a leg",
    ),
    pytest.param("[[product]]\nkey='x'\nprofile='no'\n", 3, "product[2].profile", "unknown_reference", id="profile"),
    pytest.param("[[zone]]\nkey = 'z1'\n", 2, "zone[3].key", "duplicate_place", id="key twice"),
    pytest.param("[[shipment]]\nkey = 'z1'\n", 2, "shipment[1].key", "duplicate_place", id="place twice"),
    pytest.param("[[customer]]\nkey = 'c1'\n", 2, "customer[2].key", "duplicate_key", id="customer twice"),
    pytest.param(
        "[[device]]\ngateway='g1'\ndevice = 'd1'\n", 3, "device[2].device", "duplicate_device", id="device twice"
    ),
    pytest.param(
        "[[device]]\ngateway='g1'\ndevice = 'd2'\nknown_as = 'g1/d1'\n",
        4, "device[2].known_as", "duplicate_full_name", id="full name twice",
    ),
    pytest.param(
        "[[device]]\ngateway='g1'\ndevice = 'd2'\nknown_as = 'g 1/d1'\n",
        4, "device[2].known_as", "bad_full_name", id="full name",
    ),
    pytest.param(
        "[[device]]\ngateway='g1'\ndevice = 'd2'\ninterval = 60\n", 4, "device[2].interval", "wrong_type", id="seconds"
    ),
    pytest.param(
        "[[device]]\ngateway='g1'\ndevice = 'd2'\ninterval = '5 weeks'\n",
        4, "device[2].interval", "bad_duration", id="duration",
    ),
    pytest.param(
        "[[device]]\ngateway='g1'\ndevice = 'd2'\ninterval = '0 s'\n",
        4, "device[2].interval", "bad_duration", id="no time at all",
    ),
    pytest.param(
        "[[device]]\ngateway='g1'\ndevice = 'd2'\nquantities = ['temp C']\n",
        4, "device[2].quantities", "bad_quantity", id="quantity",
    ),
    pytest.param(
        "[[device]]\ngateway='g1'\ndevice='d2'\nzone='z1'\nequipment='e1'\n", 1, "device[2]", "one_place", id="two places"
    ),
    pytest.param(
        "[[device]]\ngateway='g1'\ndevice='d2'\nfrom=2026-01-01T00:00:00Z\n", 1, "device[2]", "one_place", id="nowhere"
    ),
    pytest.param(
        "[[device]]\ngateway='g1'\ndevice='d2'\nzone='z1'\nfrom=2026-01-01T00:00:00\n",
        5, "device[2].from", "time_without_offset", id="no offset",
    ),
    pytest.param(
        "[[device]]\ngateway='g1'\ndevice='d2'\nzone='z1'\nfrom=2026-01-01\n",
        5, "device[2].from", "wrong_type", id="only a date",
    ),
    pytest.param(
        "[[lot]]\nkey='l'\ncustomer='c1'\nproduct='p1'\nequipment='e1'\n", 1, "lot[1]", "one_place_of_lot", id="lot"
    ),
    pytest.param("[[lot]]\nkey='l'\ncustomer='c9'\nproduct='p1'\n", 3, "lot[1].customer", "unknown_reference", id="c9"),
    pytest.param("[[placement]]\nzone = 'z1'\n", 1, "placement[1]", "one_subject", id="nobody"),
    pytest.param(
        "[[placement]]\ndevice='g1-d1'\nzone='z1'\n\n[[placement]]\ndevice='g1-d1'\nzone='z2'\n",
        5, "placement[2]", "two_places", id="in two places",
    ),
    pytest.param(
        "[[placement]]\ndevice='g1-d1'\nzone='z1'\nfrom=2026-01-02T00:00:00Z\nto=2026-01-01T00:00:00Z\n",
        5, "placement[1].to", "end_before_start", id="backwards",
    ),
    pytest.param(
        "[[shipment]]\nkey='s'\ndeparted=2026-01-02T00:00:00Z\narrived=2026-01-01T00:00:00Z\n",
        4, "shipment[1].arrived", "end_before_start", id="arrived first",
    ),
    pytest.param("[[zone]]\nkey='x'\nexternal_system='sap'\n", 1, "zone[3]", "half_external", id="half external"),
    pytest.param(
        "[[zone]]\nkey='x'\nexternal_system='s'\nexternal_number='1'\n"
        "[[zone]]\nkey='y'\nexternal_system='s'\nexternal_number='1'\n",
        8, "zone[4].external_number", "duplicate_external", id="external twice",
    ),
    pytest.param("[[profile]]\nkey='x'\nlike='no'\n", 3, "profile[1].like", "no_such_profile", id="like"),
    pytest.param("[[profile]]\nkey='x'\nlike='lead'\ndrop=['a']\n", 4, "profile[1].drop", "no_such_band", id="drop"),
    pytest.param(
        "[[profile]]\nkey='x'\nband=[\n  {band='a', quantity='q', side='high', limit=1},\n"
        "  {band='b', quantity='q', side='high'},\n]\n",
        5, "profile[1].band[2]", "missing_field", id="band without limit",
    ),
    pytest.param(
        "[[profile]]\nkey='x'\nband=[\n  # a [bracket] and a {brace}\n  {band='a', quantity='q', side='up', limit=1},\n]\n",
        5, "profile[1].band[1].side", "bad_choice", id="side",
    ),
    pytest.param(
        "[[profile]]\nkey='x'\n[[profile.band]]\nband='a'\nquantity='q'\nside='high'\nlimit='7'\n",
        7, "profile[1].band[1].limit", "wrong_type", id="text as number",
    ),
    pytest.param(
        "[[profile]]\nkey='x'\nlike='chilled'\nband=[{band='low', limit=1.0},\n{band='low', limit=2.0}]\n",
        5, "profile[1].band[2].band", "band_twice", id="band twice",
    ),
    pytest.param(
        "[[profile]]\nkey='x'\nunwatched='1 h'\n[[profile.version]]\n",
        3, "profile[1].unwatched", "version_twice", id="versions and not",
    ),
    pytest.param(
        "[[profile]]\nkey='x'\n[[profile.version]]\nlike='lead'\n[[profile.version]]\nfrom=2026-01-01T00:00:00Z\n",
        5, "profile[1].version[2]", "versions_overlap", id="versions overlap",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("more", "line", "field", "code"), WRONG)
def test_wrong_files_are_explained(more: str, line: int, field: str, code: str) -> None:
    """One thing wrong gives one fault, at its line and field, with a sentence in both languages."""
    with pytest.raises(InvalidFileError) as caught:
        parse(BASE + more)
    (fault,) = caught.value.faults
    assert (fault.line - START + 1, fault.field, fault.code) == (line, field, f"registry.file.{code}")
    for language in LANGUAGES:
        sentence = render(fault.code, fault.params, language)
        assert "registry.file" not in sentence
        assert placeholders(catalogue(language)[fault.code]) <= fault.params.keys()


def test_every_message_is_provoked() -> None:
    """No message exists that no wrong file gives (but those tried below)."""
    tried = {f"registry.file.{case.values[3]}" for case in WRONG} | {
        "registry.file.where", "registry.file.whole", "registry.file.bad_format", "registry.file.no_device_key",
    }  # fmt: skip
    assert {code for code in catalogue("en") if code.startswith("registry.file.")} == tried


@pytest.mark.parametrize("first", ["", "format = 2\n", "format = '1'\n", "format = true\n"])
def test_other_formats_are_refused(first: str) -> None:
    """A file of a later format, or of none, is not guessed at."""
    with pytest.raises(InvalidFileError) as caught:
        parse(first + BASE.removeprefix("format = 1\n"))
    assert [(f.line, f.field, f.code) for f in caught.value.faults] == [
        (1, "format", "registry.file.bad_format")
    ]


def test_all_faults_come_at_once_in_order() -> None:
    """Who corrects a file sees everything that is wrong, by line."""
    text = BASE + "[[zone]]\nkey='A'\nkind=3\n[[lot]]\nkey='l'\nproduct='nope'\n"
    with pytest.raises(InvalidFileError) as caught:
        parse(text)
    assert [(f.line - START, f.code.rsplit(".")[-1]) for f in caught.value.faults] == [
        (1, "bad_key"), (2, "bad_choice"), (3, "missing_field"), (5, "unknown_reference"),
    ]  # fmt: skip


def test_references_may_go_to_what_exists() -> None:
    """A file may add a device to an installation that it does not describe."""
    text = "format = 1\n[[device]]\ngateway='old'\ndevice='x'\nzone='hall'\n"
    with pytest.raises(InvalidFileError):
        parse(text)
    found = parse(text, {"gateway": {"old"}, "zone": {"hall"}})
    assert found.placements[0].place == "hall"


def test_default_profile_comes_along_only_where_it_is_not_there_yet() -> None:
    """A default that somebody edited is not brought back by a file that merely refers to it."""
    assert [p.key for p in parse(BASE).profiles] == ["lead"]
    assert parse(BASE, {"profile": {"lead"}}).profiles == ()


def test_device_keys_are_made_of_names() -> None:
    """A key is derived where none is given; where that cannot be, the file must give one."""
    assert device_key("GW-1", "urn:dev:Ow/10E2") == "gw-1-urn-dev-ow-10e2"
    assert device_key("GW-1", "") == "gw-1"
    with pytest.raises(InvalidFileError) as caught:
        parse("format = 1\n[[gateway]]\nkey = '--'\n[[device]]\ngateway = '--'\n")
    assert [(f.line, f.code) for f in caught.value.faults] == [(4, "registry.file.no_device_key")]

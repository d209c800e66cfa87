"""The examples of the OpenAPI document: one story of a lead warehouse at the coast; a test checks each against its shape."""

from __future__ import annotations

from typing import Any

from api.examples_clocks import CLOCKS

_CURRENCY = {"amount": "186000.00", "currency": "CNY"}
_JOURNEY: dict[str, Any] = {
    "zone": "truck-1", "origin": "beihai", "destination": "nanning", "carrier": "south-freight",
    "vehicle": "桂E 12345", "expected_departure": "2026-11-21T07:30:00+08:00",
    "expected_arrival": "2026-11-21T12:00:00+08:00", "departed": "2026-11-21T08:00:00+08:00", "arrived": None,
}  # fmt: skip
CARRIER: dict[str, Any] = {"name": "South Freight", "phone": "+86 779 555 0100", "email": "desk@example.com"}
CONTACT: dict[str, Any] = {
    "name": "Gate of the Beihai warehouse", "site": "beihai", "role": "gate_keeper", "phone": "+86 779 555 0111",
}  # fmt: skip
PERSON: dict[str, Any] = {
    "name": "Li Wei", "role": "driver", "carrier": "south-freight", "language": "zh", "phone": "+86 139 5550 0122",
    "skills": [],
}  # fmt: skip
TEAM: dict[str, Any] = {
    "name": "Service Guangxi", "customers": ["coastal-metals"], "regions": ["Guangxi"], "skills": ["sensor"],
}  # fmt: skip
SHIFT: dict[str, Any] = {
    "person": "li-wei", "from": "2026-11-01T00:00:00+08:00", "days": ["mon", "tue", "wed", "thu", "fri"],
    "starts": "08:00", "ends": "17:00", "time_zone": "Asia/Shanghai",
}  # fmt: skip
ABSENCE: dict[str, Any] = {
    "person": "li-wei", "from": "2026-12-01T00:00:00+08:00", "to": "2026-12-08T00:00:00+08:00", "reason": "leave",
}  # fmt: skip
ROTA: dict[str, Any] = {
    "name": "On call in Guangxi", "level": "first", "region": "Guangxi", "time_zone": "Asia/Shanghai",
    "people": ["li-wei"], "starts": "2026-11-02T08:00:00+08:00", "turn_days": 7,
    "turns": [{"person": "li-wei", "from": "2026-12-24T08:00:00+08:00", "to": "2026-12-26T08:00:00+08:00"}],
}  # fmt: skip
DEVICE_MODEL: dict[str, Any] = {
    "name": "TH-20 probe", "manufacturer": "Example Instruments", "interval_s": 300, "note": "data sheet",
    "quantities": [{"quantity": "temperature", "resolution": 0.1, "accuracy": 0.3, "sentinels": [-40.1]}],
    "battery": [[2.4, 0], [3.0, 100]],
}  # fmt: skip
CALIBRATION: dict[str, Any] = {
    "device": "probe-7", "quantity": "temperature", "certificate": "CAL-2026-0815", "laboratory": "Metrology institute",
    "done": "2026-03-02T00:00:00+08:00", "due": "2027-03-02T00:00:00+08:00", "deviation": 0.1, "uncertainty": 0.05,
}  # fmt: skip
ORDER: dict[str, Any] = {
    "name": "November", "customer": "coastal-metals", **_CURRENCY, "ordered": "2026-11-02T10:00:00+08:00",
    "due": "2026-11-24T18:00:00+08:00", "external_system": "erp", "external_number": "PO-7781",
}  # fmt: skip
ORGANISATION: dict[str, Any] = {"name": "Keepwell Demo Logistics"}
CUSTOMER: dict[str, Any] = {
    "name": "Coastal Metals", "grade": "A", "standstill_per_hour": "20000.00", "currency": "CNY", "external_system": "erp", "external_number": "C-1001",
}  # fmt: skip
SITE: dict[str, Any] = {
    "name": "Beihai lead warehouse", "time_zone": "Asia/Shanghai", "region": "Guangxi",
    "latitude": 21.48, "longitude": 109.12, "customer": None,
}  # fmt: skip
PROFILE: dict[str, Any] = {
    "name": "Lead, ingots", "name_zh": "铅锭", "form": "ingot", "note": "typical; the product data sheet wins",
    "versions": [{
        "valid_from": "2026-01-01T00:00:00Z", "unwatched_s": 14400, "interval_s": 600,
        "limits": [{
            "band": "warm", "quantity": "temperature", "side": "high", "limit": 45.0, "deadband": 1.0,
            "on_delay_s": 1800, "min_samples": 3, "severity": "warning",
        }],
    }],
}  # fmt: skip
PRODUCT: dict[str, Any] = {"name": "Lead ingot 99.994", "profile": "lead-ingot"}
ZONE: dict[str, Any] = {"name": "Hall 1", "site": "beihai", "kind": "room", "profile": "lead-ingot"}
GATEWAY: dict[str, Any] = {"name": "Gateway in hall 1", "site": "beihai", "model": "GW-100"}
DEVICE: dict[str, Any] = {
    "name": "Probe at the sea gate", "gateway": "gw-1", "device": "probe-7", "model": "SHT31",
    "interval_s": 60, "quantities": ["temperature", "relative_humidity"],
}  # fmt: skip
EQUIPMENT: dict[str, Any] = {
    "name": "Dryer 1",
    "zone": "hall-1",
    "kind": "drying",
    "model": "D-20",
    "inspection_s": 15552000,
}
SHIPMENT: dict[str, Any] = {
    "name": "Beihai to Nanning", **_JOURNEY, "order": "po-7781", "driver": "li-wei", **_CURRENCY,
    "packaging_moisture": 18.0, "stage": "transport", "legs": [],
}  # fmt: skip
LOT: dict[str, Any] = {
    "name": "48 ingots",
    "customer": "coastal-metals",
    "product": "lead",
    "status": "available",
    "order": "po-7781",
    "quantity": "2.304",
    "unit": "t",
    **_CURRENCY,
    "form": "ingot",
    "codes": ["https://id.gs1.org/01/06901234567892/10/LOT7"],
}
OBJECTS = {
    "organisation": ORGANISATION, "customer": CUSTOMER, "carrier": CARRIER, "site": SITE, "contact": CONTACT,
    "team": TEAM, "person": PERSON, "shift": SHIFT, "absence": ABSENCE, "rota": ROTA, "profile": PROFILE, "product": PRODUCT, "device_model": DEVICE_MODEL,
    "calibration": CALIBRATION, "order": ORDER,
    "zone": ZONE, "gateway": GATEWAY, "device": DEVICE, "equipment": EQUIPMENT, "shipment": SHIPMENT, "lot": LOT,
}  # fmt: skip
KEYS = {
    "organisation": "demo", "customer": "coastal-metals", "carrier": "south-freight", "contact": "beihai-gate",
    "team": "guangxi", "person": "li-wei", "shift": "li-wei-days", "absence": "li-wei-december", "rota": "guangxi-first",
    "device_model": "th-20", "calibration": "probe-7-2026", "order": "po-7781",
    "site": "beihai", "profile": "lead-ingot", "product": "lead",
    "zone": "hall-1", "gateway": "gw-1", "device": "probe-7", "equipment": "dryer-1", "shipment": "beihai-nanning",
    "lot": "lot-1",
}  # fmt: skip
ID = "0199d1a2-7c00-7000-8000-000000000001"
PLACEMENT: dict[str, Any] = {
    "subject_kind": "lot", "subject": "lot-1", "place_kind": "zone", "place": "hall-1",
    "valid_from": "2026-11-21T00:00:00Z",
}  # fmt: skip

_SERIES = {"series": 7, "device": "gw-1/probe-7", "quantity": "temperature", "unit": "°C"}
_READING = {**_SERIES, "time": "2026-11-21T08:00:00Z", "value": 4.8, "flags": []}
SERIES_PAGE = {"items": [{**_SERIES, "gateway": "gw-1"}], "next": None}
SERIES_CSV = "series,gateway,device,quantity,unit\r\n7,gw-1,gw-1/probe-7,temperature,°C\r\n"
LATEST = {"items": [_READING], "next": None}
READINGS_PAGE = {
    "items": [_READING, {**_READING, "time": "2026-11-21T08:01:00Z", "flags": ["disputed"]}],
    "next": None,
}
READINGS_CSV = (
    "time,device,quantity,unit,value,flags\r\n2026-11-21T08:00:00Z,gw-1/probe-7,temperature,°C,4.8,\r\n"
)
BUCKETS = {
    "width_s": 3600.0,
    "start": ["2026-11-21T08:00:00Z", "2026-11-21T09:00:00Z"],
    "items": [
        {
            **_SERIES,
            "count": [60, 0],
            "min": [4.1, None],
            "mean": [4.6, None],
            "max": [5.2, None],
            "gap_s": 900.0,
            "doubted": [0],
            "suspicions": [
                {
                    "finding": "0199d1a2-7c00-7000-8000-000000000009",
                    "kind": "stuck",
                    "from": "2026-11-21T08:20:00Z",
                    "to": None,
                }
            ],
        }
    ],
}
BUCKETS_CSV = (
    "start,width_s,device,quantity,unit,count,min,mean,max\r\n"
    "2026-11-21T08:00:00Z,3600.0,gw-1/probe-7,temperature,°C,60,4.1,4.6,5.2\r\n"
)
DERIVED = {
    "width_s": 3600.0,
    "start": ["2026-11-21T08:00:00Z", "2026-11-21T09:00:00Z"],
    "items": [
        {
            "device": "gw-1/probe-7",
            "quantity": "dew_point_margin",
            "unit": "K",
            "goods": {"form": "pallet", "lag_s": 14400.0, "since": None, "came_from": None, "probed": False},
            "count": [60, 0],
            "min": [2.1, None],
            "mean": [2.6, None],
            "max": [3.2, None],
            "gap_s": 900.0,
            "doubted": [],
            "suspicions": [],
        }
    ],
    "left_out": 0,
}
DERIVED_CSV = (
    "start,width_s,device,form,lag_s,since,quantity,unit,count,min,mean,max\r\n"
    "2026-11-21T08:00:00Z,3600.0,gw-1/probe-7,pallet,14400.0,,dew_point_margin,K,60,2.1,2.6,3.2\r\n"
)

LEDGER = {
    "items": [{
        "gateway": "gw-1", "hour": "2026-11-21T08:00:00Z",
        "messages": {
            "received": 61, "decoded": 60, "rejected": [{"reason": "not_json", "n": 1}], "adds_up": True,
        },
        "values": {
            "received": 120, "kept": 115, "duplicate": 3, "conflicting": 1,
            "rejected": [{"reason": "clock", "n": 1}], "late": 2, "adds_up": True,
        },
    }],
    "adds_up": True,
    "next": None,
}  # fmt: skip

_DEAD_LETTER = {
    "id": 12, "received": "2026-11-21T08:00:01Z", "gateway": "gw-1", "topic": "keepwell/v1/gw-1/telemetry",
    "reason": "text_number", "detail": "/temperature", "size_bytes": 42, "complete": True,
    "message": 'A number was sent as text.', "fix": 'Send the number without quotation marks and with a decimal point.',
}  # fmt: skip
DEAD_LETTERS = {"items": [_DEAD_LETTER], "next": None}
DEAD_LETTER = {
    **_DEAD_LETTER,
    "payload_text": '{"device":"probe-7","temperature":"21.5"}\n',
    "payload_base64": "eyJkZXZpY2UiOiJwcm9iZS03IiwidGVtcGVyYXR1cmUiOiIyMS41In0K",
}
REPAIR: dict[str, Any] = {"payload_text": '{"device":"probe-7","temperature":21.5}'}
SUBMITTED = {"topic": "keepwell/v1/gw-1/telemetry", "size_bytes": 39}

_EVENT = {
    "sequence": 41, "time": "2026-11-21T08:00:02Z", "principal": "key:0199", "act": "changed", "subject": "zone:hall-1",
    "reason": "", "old": {"name": "Hall"}, "new": {"name": "Hall 1"},
}  # fmt: skip
EVENTS = {"items": [_EVENT], "next": None}
STREAM = (
    'id: 41\nevent: change\ndata: {"sequence":41,"time":"2026-11-21T08:00:02Z","principal":"key:0199",'
    '"act":"changed","subject":"zone:hall-1","reason":"","old":null,"new":null}\n\n'
)

PLACEMENT_VIEW = {
    "id": ID, "version": 1, **PLACEMENT, "valid_to": None, "set_by": "key:0199", "how": "api",
}  # fmt: skip
PLACEMENTS = {"items": [PLACEMENT_VIEW], "next": None}

KEY_IN: dict[str, Any] = {
    "name": "Portal of Coastal Metals",
    "role": "customer",
    "customer": "coastal-metals",
}
KEY = {
    "id": ID, "name": "Portal of Coastal Metals", "hint": "7f3k", "role": "customer", "customer": "coastal-metals",
    "gateway": None, "site": None, "carrier": None, "person": None, "created": "2026-11-21T08:00:00Z",
    "expires": None,
    "last_used": None, "revoked": None,
}  # fmt: skip
KEYS_PAGE = {"items": [KEY], "next": None}
ISSUED = {**KEY, "secret": "kw_7f3k…"}

FINDING_ID = "0199d1a2-7c00-7000-8000-000000000002"
TICKET_ID = "0199d1a2-7c00-7000-8000-000000000004"
_FINDING = {
    "id": FINDING_ID, "detector": "excursion", "detector_version": "1", "model": None, "kind": "too_high",
    "subject": "device:gw-1/probe-7:temperature", "band": "warm", "zone": "hall-1",
    "cause": "zone:hall-1:temperature:high", "severity": "warning", "start": "2026-11-21T08:00:00Z", "end": None,
    "peak": 46.2, "area_unit_minutes": 31.5, "coverage": 1.0, "samples": 31, "received": "2026-11-21T08:30:02Z",
    "retracted": None, "imported": False,
}  # fmt: skip
FINDINGS = {"items": [_FINDING], "next": None}
FINDING = {**_FINDING, "evidence": {"limit": 45.0, "profile": "lead-ingot"}, "links": {}}
TICKET_IN: dict[str, Any] = {
    "title": "Door of hall 1 does not close", "description": "The lower hinge is bent.", "kind": "internal",
    "priority": "P3", "subject": "zone:hall-1", "zone": "hall-1", "category": "technical", "phase": "after_sale",
    "wished": "2026-11-23T12:00:00+08:00",
}  # fmt: skip
TICKET = {
    "id": TICKET_ID, "number": "KW-000123", "version": 1, "kind": "goods", "title": "Too warm: Hall 1: 46.2 °C, limit 45 °C for 30 min",
    "subject": "zone:hall-1", "zone": "hall-1", "site": "beihai", "lots": ["lot-1"], "priority": "P2", "state": "new",
    "live": True, "deadline": "2026-11-21T20:30:02+08:00", "opened_at": "2026-11-21T16:30:02+08:00",
    "opened_by": "system", "since": "2026-11-21T16:00:00+08:00", "assignee": None, "category": "technical",
    "phase": "after_sale", "customer": None, "hold": None, "line": "first", "team": None, "parent": None,
    "act_by": "2026-11-21T19:10:00+08:00", "owner": "dispatch", "foreign_state": None, "foreign_reason": None,
    "taken_up": False,
}  # fmt: skip
TICKETS = {"items": [TICKET], "next": None}
COMMENT = {
    "id": ID, "time": "2026-11-21T08:40:00Z", "principal": "key:0199", "text": "Fan ordered.", "note": False,
    "public": True, "customer": None, "at": None,
}  # fmt: skip
COMMENT_IN: dict[str, Any] = {"text": "Fan ordered.", "public": True}
MOVE_IN: dict[str, Any] = {"act": "hold", "reason": "waiting for the fan", "hold": "part"}
_WORK = {
    "plan": "Replace the fan of the dryer.", "steps": ["Lock out", "Change the fan"], "tried": "", "resolution": "",
    "found": "", "done": "", "improvement": "", "improvement_owner": None, "wished": None, "promised": None,
    "unconfirmed": False, "survey": None, "asks_improvement": False,
}  # fmt: skip
WHY = (
    "Hall 1 was warmer than 45 °C (lead-ingot) from 2026-11-21 16:00 (UTC+08:00); highest value 46.2 °C by gw-1/probe-7; "
    "31.5 degree-minutes above the limit; readings cover 100 % of the time. First readings: 16:00 45.3 °C, 16:01 45.6 °C. "
    "Findings of this cause: 1."
)
DUE = "Our own target (grade A): 4 h of working time (calendar always) from 2026-11-21 16:30 (UTC+08:00) (policy 2026-11)"
TICKET_FULL = {
    **TICKET, "time_zone": "Asia/Shanghai", "why": WHY,
    "remedy": [{
        "key": "outside-limit", "title": "Outside its limit: goods with rules of your own",
        "steps": [
            "Put the lot on hold and mark it until whoever answers for its quality has decided.",
            "Find the cause and stop it first: doors, machines, weather, or goods that came in warmer, colder or wetter.",
            "Give value, duration and the lot's exposure from the ticket to whoever made the goods or wrote the profile.",
            "Write on the ticket what was decided and why: it is found again with the lot.",
        ],
    }],
    "deadline_why": DUE, "reason": "", "cause": "zone:hall-1:temperature:high",
    "decided_received": "2026-11-21T08:30:02Z", "merged_into": None, "merged_number": None, "goes_on": None,
    "findings_retracted": False, "findings": [_FINDING], "comments": [COMMENT],
    "history": [{
        "time": "2026-11-21T08:30:02Z", "principal": "system", "act": "opened", "state": "new", "reason": "",
        "changed": {"state": "new"},
    }],
    "acts": ["accept", "assess", "plan", "start", "hold", "resolve", "cancel", "merge"],
    "verdict": None, "asks_verdict": False, "work": _WORK, "parts": [], "path": "long", "clocks": CLOCKS,
}  # fmt: skip

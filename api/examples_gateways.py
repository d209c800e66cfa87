"""The examples of the OpenAPI document about gateways at the broker."""

from __future__ import annotations

from typing import Any

CREDENTIAL: dict[str, Any] = {
    "gateway": "gw-1",
    "broker": {
        "address": "mqtts://warehouse.example:1883",
        "host": "warehouse.example",
        "port": 1883,
        "tls": True,
    },
    "publish": ["keepwell/v1/gw-1/telemetry", "keepwell/v1/gw-1/status"],
    "read": ["keepwell/v1/gw-1/alarm"],
    "issued": "2026-11-21T08:00:00Z",
    "issued_by": "key:0199f3c2-1f00-7000-8000-000000000001",
    "revoked": None,
}
_SECRET = "fHWcIN9mfXOd1Nbf8jWyNqDD1eCkHwWWGKGJ2yhqIMB"
ISSUED_CREDENTIAL: dict[str, Any] = {
    **CREDENTIAL,
    "secret": _SECRET,
    "try_it": f"mosquitto_pub -h warehouse.example -p 1883 --cafile ca.pem -i gw-1 -u gw-1 -P {_SECRET} -q 1"
    """ -t keepwell/v1/gw-1/telemetry -m '{"device": "try-it", "temperature": 20.0}'""",
}
REVOKED_CREDENTIAL: dict[str, Any] = {**CREDENTIAL, "revoked": "2026-11-21T09:00:00Z"}
SIGHTINGS: dict[str, Any] = {
    "items": [
        {
            "gateway": "gw-7", "state": "never_seen", "registered": True, "credential": "in_force", "devices": 4,
            "last_seen": None, "last_topic": "", "messages_24h": 0, "online": None, "refusals": [], "maybe": ["gw-07"],
            "advice": "Nothing ever came of gw-7. Something comes as gw-07: probably this gateway, with its id misspelt.",
        },
        {
            "gateway": "gw-07", "state": "refused", "registered": False, "credential": "none", "devices": 0,
            "last_seen": None, "last_topic": "", "messages_24h": 0, "online": None,
            "refusals": [{
                "what": "log_in", "topic": "", "address": "192.0.2.7", "first": "2026-11-21T08:00:00Z",
                "last": "2026-11-21T08:05:00Z", "n": 6,
            }],
            "maybe": ["gw-7"],
            "advice": "Somebody at 192.0.2.7 logs in as gw-07, which is not registered. Probably gw-7 is meant.",
        },
    ],
    "next": None,
}  # fmt: skip

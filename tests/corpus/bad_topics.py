"""Topics that are refused, by family and reason (see bad_messages.py)."""

from __future__ import annotations

from ingest.nouns import Reason

# (family, reason, topics, whether a broker carries them to a subscriber of keepwell/v1/+/telemetry)
BAD_TOPICS: tuple[tuple[str, Reason, tuple[str, ...], bool], ...] = (
    (
        "not our topic",
        Reason.BAD_TOPIC,
        (
            "",
            "telemetry",
            "keepwell/v1/GW",
            "keepwell/v1/GW/telemetry/",
            "keepwell/v1/GW/telemetry/more",
            "/keepwell/v1/GW/telemetry",
            "keepwell/v2/GW/telemetry",
            "Keepwell/v1/GW/telemetry",
            "keepwell/v1/GW/TELEMETRY",
            "keepwell/v1/GW/alarm",
            "keepwell/v1/a/b/telemetry",
            "keepwell/v1/GW/telemetry\x00",
            "keepwell/v1/GW/#",
            "keepwell/v1/GW/status\n",
            "/" * 60_000,
        ),
        False,
    ),
    (
        "gateway id that cannot be",
        Reason.BAD_GATEWAY,
        (
            "keepwell/v1/gw:1/telemetry",
            "keepwell/v1/网关/telemetry",
            "keepwell/v1/" + "x" * 65 + "/telemetry",
            "keepwell/v1/gw@1/telemetry",
        ),
        True,
    ),
    (
        "gateway id that no broker carries",
        Reason.BAD_GATEWAY,
        (
            "keepwell/v1//telemetry",
            "keepwell/v1/+/telemetry",
            "keepwell/v1/#/telemetry",
            "keepwell/v1/gw 1/telemetry",
            "keepwell/v1/gw\x00/telemetry",
            "keepwell/v1/gw\n/telemetry",
            "keepwell/v1/\ud800/telemetry",
        ),
        False,
    ),
)

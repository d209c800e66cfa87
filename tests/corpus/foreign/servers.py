"""What network servers and programs say: The Things Stack, ChirpStack, Milesight, Telegraf, line protocol, ThingsBoard, field boxes."""

from __future__ import annotations

from ingest.nouns import Reason
from tests.corpus.foreign.shape import Kept, Sender

T0 = "2026-11-21T08:00:00Z"
T0_S = 1_795_248_000

# --------------------------------------------------------------------------------------- The Things Stack v3
TTS = Sender("the-things-stack", "v3/cold-chain@keepwell/devices/probe-7/up", "cold-chain")


def _uplink(**message: object) -> dict[str, object]:
    """An uplink as the server writes it: nanoseconds, and neither f_port nor f_cnt where they are 0."""
    return {
        "end_device_ids": {
            "device_id": "probe-7",
            "application_ids": {"application_id": "cold-chain"},
            "dev_eui": "24E124136B502217",
        },
        "correlation_ids": ["gs:uplink:01HG"],
        "received_at": "2026-11-21T08:00:02.345678901Z",
        "uplink_message": {
            "frm_payload": "AXVcA2c0AQRoZQ==",
            "rx_metadata": [{"gateway_ids": {"gateway_id": "roof"}, "rssi": -101, "snr": 7.5}],
            "settings": {"data_rate": {"lora": {"bandwidth": 125000, "spreading_factor": 7}}},
            "received_at": "2026-11-21T08:00:01.123456789Z",
            **message,
        },
    }


RADIO = tuple(
    Kept("probe-7", quantity, value, "2026-11-21T08:00:01.123456Z")
    for quantity, value in (("rssi", -101), ("snr", 7.5), ("spreading_factor", 7))
)
"""How the uplink was received: kept beside what a decoder made of it, for the condition of the device."""


TTS.says(
    "decoded, without a time of a gateway",
    _uplink(f_port=85, f_cnt=12, decoded_payload={"battery": 92, "temperature": 30.8, "humidity": 50.5}),
    Kept("probe-7", "battery_level", 92, "2026-11-21T08:00:01.123456Z"),
    Kept("probe-7", "temperature", 30.8, "2026-11-21T08:00:01.123456Z"),
    Kept("probe-7", "relative_humidity", 50.5, "2026-11-21T08:00:01.123456Z"),
    Kept("probe-7", "frame_counter", 12, "2026-11-21T08:00:01.123456Z"),
    *RADIO,
)
TTS.says(
    "the time of a gateway comes first",
    _uplink(
        decoded_payload={"temperature": 4.5},
        rx_metadata=[{"rssi": -90}, {"time": "2026-11-21T08:00:00.999999999Z", "rssi": -101}],
    ),
    Kept("probe-7", "temperature", 4.5, "2026-11-21T08:00:00.999999Z"),
    Kept("probe-7", "rssi", -90, "2026-11-21T08:00:00.999999Z"),
    Kept("probe-7", "spreading_factor", 7, "2026-11-21T08:00:00.999999Z"),
)
TTS.says(
    "normalized beside decoded: each value once",
    _uplink(
        decoded_payload={"temperature": 21.3, "humidity": 55, "vendor_number": 3},
        normalized_payload=[{"air": {"temperature": 21.3, "relativeHumidity": 55, "pressure": 1001.5}}],
    ),
    Kept("probe-7", "temperature", 21.3, "2026-11-21T08:00:01.123456Z"),
    Kept("probe-7", "relative_humidity", 55, "2026-11-21T08:00:01.123456Z"),
    Kept("probe-7", "pressure", 1001.5, "2026-11-21T08:00:01.123456Z"),
    *RADIO,
)
TTS.says(
    "normalized, several measurements with times of their own",
    _uplink(
        normalized_payload=[
            {"time": "2026-11-21T07:50:00Z", "air": {"temperature": 4.1}},
            {"time": T0, "air": {"temperature": 4.2}},
        ]
    ),
    Kept("probe-7", "temperature", 4.1, "2026-11-21T07:50:00Z"),
    Kept("probe-7", "temperature", 4.2, T0),
)
TTS.says(
    "zero degrees are kept, what is left out is not taken for zero",
    _uplink(decoded_payload={"temperature": 0}),
    Kept("probe-7", "temperature", 0, "2026-11-21T08:00:01.123456Z"),
    *RADIO,
)
TTS.says("no decoder is set: bytes only", _uplink(f_port=85), reason=Reason.UNMAPPED)
TTS.says("texts and flags of a decoder are no values", _uplink(decoded_payload={"status": "ok", "temperature": 4.5, "valid": True}), Kept("probe-7", "temperature", 4.5, "2026-11-21T08:00:01.123456Z"), *RADIO)  # fmt: skip

# ---------------------------------------------------------------------------------------------- ChirpStack v4
APPLICATION = "8c2b6f2e-1f6e-4c7c-9d55-6c1b1f0a7d11"
CHIRPSTACK = Sender("chirpstack", f"application/{APPLICATION}/device/24e124136b502217/event/up", "chirpstack")


def _event(**fields: object) -> dict[str, object]:
    return {
        "deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d",
        "time": "2026-11-21T08:00:00.123456789+00:00",
        "deviceInfo": {
            "applicationName": "cold-chain",
            "deviceName": "probe 7",
            "devEui": "24e124136b502217",
        },
        **fields,
    }


C0 = "2026-11-21T08:00:00.123456Z"
CHIRPSTACK.says(
    "decoded; counters that are zero are left out",
    _event(devAddr="00189440", adr=True, dr=5, data="AXVcA2c0AQRoZQ==", object={"battery": 92, "temperature": 30.8, "humidity": 50.5}, rxInfo=[{"gatewayId": "a84041", "rssi": -57, "snr": 10}]),
    Kept("24e124136b502217", "battery_level", 92, C0),
    Kept("24e124136b502217", "temperature", 30.8, C0),
    Kept("24e124136b502217", "relative_humidity", 50.5, C0),
    Kept("24e124136b502217", "rssi", -57, C0),
    Kept("24e124136b502217", "snr", 10, C0),
)  # fmt: skip
CHIRPSTACK.says(
    "a decoder that nests", _event(object={"temperature": -18.5, "history": [{"temperature": 1}], "state": "ok"}),
    Kept("24e124136b502217", "temperature", -18.5, C0),
)  # fmt: skip
CHIRPSTACK.says("no decoder is set", _event(data="AXVc"), reason=Reason.UNMAPPED)
CHIRPSTACK.says(
    "the battery in a status",
    _event(margin=7, batteryLevel=75.5),
    Kept("24e124136b502217", "battery_level", 75.5, C0),
    topic=f"application/{APPLICATION}/device/24e124136b502217/event/status",
)
CHIRPSTACK.says(
    "a status of a device on mains",
    _event(margin=7, externalPowerSource=True),
    topic=f"application/{APPLICATION}/device/24e124136b502217/event/status",
    skipped=True,
)

# -------------------------------------------------------------------------------------- Milesight, decoded JSON
MILESIGHT = Sender("milesight", "milesight/ug65-dock/24E124136B502217", "ug65-dock")
MILESIGHT.says(
    "a live message, without a time",
    {"battery": 92, "temperature": 30.8, "humidity": 50.5},
    Kept("24E124136B502217", "battery_level", 92),
    Kept("24E124136B502217", "temperature", 30.8),
    Kept("24E124136B502217", "relative_humidity", 50.5),
)
MILESIGHT.says(
    "what it stored while it was out of reach",
    {"history": [{"timestamp": 1665561758, "temperature": 27.2, "humidity": 46.5}, {"timestamp": 1665562358, "temperature": 27.1, "humidity": 46.0}]},
    Kept("24E124136B502217", "temperature", 27.2, "2022-10-12T08:02:38Z"),
    Kept("24E124136B502217", "relative_humidity", 46.5, "2022-10-12T08:02:38Z"),
    Kept("24E124136B502217", "temperature", 27.1, "2022-10-12T08:12:38Z"),
    Kept("24E124136B502217", "relative_humidity", 46.0, "2022-10-12T08:12:38Z"),
)  # fmt: skip
MILESIGHT.says(
    "both at once",
    {"battery": 90, "temperature": 27.3, "history": [{"timestamp": T0_S, "temperature": 27.2}]},
    Kept("24E124136B502217", "battery_level", 90),
    Kept("24E124136B502217", "temperature", 27.3),
    Kept("24E124136B502217", "temperature", 27.2, T0),
)

# ------------------------------------------------------------------------------------- Telegraf, line protocol
TELEGRAF = Sender("telegraf", "telegraf/edge-1/modbus", "edge-1")
TELEGRAF.says(
    "one metric, in seconds",
    {"name": "env", "tags": {"host": "edge-1", "device": "A1"}, "fields": {"temperature": 21.5, "humidity": 48, "label": "ok"}, "timestamp": T0_S},
    Kept("A1", "temperature", 21.5, T0),
    Kept("A1", "relative_humidity", 48, T0),
)  # fmt: skip
TELEGRAF.says(
    "a batch, in milliseconds",
    {"metrics": [
        {"name": "env", "tags": {"device": "A1"}, "fields": {"temperature": 21.5}, "timestamp": T0_S * 1000},
        {"name": "env", "tags": {"device": "A2"}, "fields": {"temperature": 4.5, "co2_ppm": 800}, "timestamp": T0_S * 1000 + 500},
    ]},
    Kept("A1", "temperature", 21.5, T0),
    Kept("A2", "temperature", 4.5, "2026-11-21T08:00:00.5Z"),
    Kept("A2", "co2_ppm", 800, "2026-11-21T08:00:00.5Z"),
    topic="telegraf/edge-1",
)  # fmt: skip
TELEGRAF.says(
    "microseconds, and no device among the tags: the host itself",
    {
        "name": "env",
        "tags": {"host": "edge-1"},
        "fields": {"temperature": 21.5},
        "timestamp": T0_S * 1_000_000,
    },
    Kept("", "temperature", 21.5, T0),
)
TELEGRAF.says(
    "nanoseconds",
    {"name": "env", "tags": {"device": "A1"}, "fields": {"temperature": 21.5}, "timestamp": T0_S * 1_000_000_000},
    Kept("A1", "temperature", 21.5, T0),
)  # fmt: skip
TELEGRAF.says("its own format, but of something else", {"hello": 1}, reason=Reason.UNMAPPED)

LINES = Sender("line-protocol", "influx/edge-1", "edge-1")
LINES.says(
    "the standard's vector",
    rb'env,dev=A1,site=w\ 1 temperature=21.5,humidity=48i,ok=t,msg="a b" 1700000000000000000',
    Kept("A1", "temperature", 21.5, "2023-11-14T22:13:20Z"),
    Kept("A1", "relative_humidity", 48, "2023-11-14T22:13:20Z"),
)
LINES.says(
    "several lines, a comment, escapes, an unsigned number, no time",
    "env,dev=left\\ wall temperature=3.5,count=7u 1795248000000000000\n# a comment\n\n"
    'env,dev=A\\,2 temperature=-18.5,note="1, 2 = \\"three\\""\n',
    Kept("left wall", "temperature", 3.5, T0),
    Kept("left wall", "count", 7, T0),
    Kept("A,2", "temperature", -18.5),
)
LINES.says("not line protocol", b"temperature is 21", reason=Reason.NOT_LINE_PROTOCOL)

# ------------------------------------------------------------------------------------------------ ThingsBoard
THINGSBOARD = Sender("thingsboard", "v1/gateway/telemetry", "thingsboard")
THINGSBOARD.says(
    "several devices",
    {
        "A1": [{"ts": T0_S * 1000, "values": {"temperature": 21.1, "humidity": 48.1}}],
        "A2": [
            {"ts": T0_S * 1000 - 1000, "values": {"temperature": 4.0}},
            {"ts": T0_S * 1000, "values": {"temperature": 4.5, "status": "ok"}},
        ],
    },
    Kept("A1", "temperature", 21.1, T0),
    Kept("A1", "relative_humidity", 48.1, T0),
    Kept("A2", "temperature", 4.0, "2026-11-21T07:59:59Z"),
    Kept("A2", "temperature", 4.5, T0),
)
THINGSBOARD.says(
    "without a time", {"A1": [{"temperature": 21.1}]}, Kept("A1", "temperature", 21.1)
)  # fmt: skip
THINGSBOARD.says("a device is there", {"device": "A1", "type": "Thermometer"}, topic="v1/gateway/connect", skipped=True)  # fmt: skip
THINGSBOARD.says("what it is", {"A1": {"model": "T1"}}, topic="v1/gateway/attributes", skipped=True)
THINGSBOARD.says("of itself", [{"ALL_ERRORS_COUNT": 0}], topic="v1/devices/me/telemetry", skipped=True)
THINGSBOARD.says(
    "what it must know before it speaks",
    {"method": "getSessionLimits", "params": {"timeout": 5000}},
    topic="v1/devices/me/rpc/request/1",
    skipped=True,
)
THINGSBOARD_DEVICE = Sender("thingsboard-device", "tb/probe-9/v1/devices/me/telemetry", "probe-9")
THINGSBOARD_DEVICE.says("plain", {"temperature": 4.5, "humidity": 61}, Kept("", "temperature", 4.5), Kept("", "relative_humidity", 61))  # fmt: skip
THINGSBOARD_DEVICE.says("with a time", {"ts": T0_S * 1000, "values": {"temperature": 4.5}}, Kept("", "temperature", 4.5, T0))  # fmt: skip
THINGSBOARD_DEVICE.says(
    "a list of both",
    [{"ts": T0_S * 1000, "values": {"temperature": 4.5}}, {"battery": 77}],
    Kept("", "temperature", 4.5, T0),
    Kept("", "battery_level", 77),
)

# ---------------------------------------------------------------------------------- 4G boxes: DTU and BLIIoT
DTU = Sender("dtu", "dtu/866123045678901", "866123045678901")
DTU.says("neither time nor device", {"temp": 25.1, "humi": 60.2}, Kept("", "temperature", 25.1), Kept("", "relative_humidity", 60.2))  # fmt: skip
DTU.says(
    "numbers as text, several channels",
    {"temp1": "25.1", "humi1": "60.2", "temp2": "-18,4"},
    Kept("1", "temperature", 25.1),
    Kept("1", "relative_humidity", 60.2),
    rejected={Reason.TEXT_NUMBER: 1},
)
DTU.says("no value", {"csq": "31"}, reason=Reason.NO_VALUES)

BLIIOT = Sender("bliiot", "bliiot/s275-dock", "s275-dock")
BLIIOT.says(
    "points with names, one of them a contact",
    {
        "gateway_indentify": "S275",
        "sensorDatas": [{"flag": "temperature", "value": "4.50"}, {"flag": "door", "switcher": "1"}],
        "time": str(T0_S),
        "retransmit": "enable",
    },
    Kept("", "temperature", 4.5, T0),
    Kept("", "door", 1, T0),
)
SERVERS = [
    message
    for sender in (TTS, CHIRPSTACK, MILESIGHT, TELEGRAF, LINES, THINGSBOARD, THINGSBOARD_DEVICE, DTU, BLIIOT)
    for message in sender.messages
]

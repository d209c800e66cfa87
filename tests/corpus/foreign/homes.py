"""What small sensors on Wi-Fi and radio say: Tasmota, Zigbee2MQTT, Shelly of both generations, Theengs, Minew."""

from __future__ import annotations

from ingest.nouns import Reason
from tests.corpus.foreign.shape import Kept, Sender

T0 = "2026-11-21T08:00:00Z"

# ---------------------------------------------------------------------------------------------------- Tasmota
TASMOTA = Sender("tasmota", "tele/cold-1/SENSOR", "cold-1")
TASMOTA.says(
    "one sensor with its address, in local time",
    {"Time": "2026-11-21T16:00:00", "AHT1X-0x38": {"Temperature": 24.7, "Humidity": 61.9, "DewPoint": 16.8}, "TempUnit": "C"},
    Kept("AHT1X-0x38", "temperature", 24.7, T0),
    Kept("AHT1X-0x38", "relative_humidity", 61.9, T0),
    Kept("AHT1X-0x38", "dew_point", 16.8, T0),
)  # fmt: skip
TASMOTA.says(
    "several sensors, those with an id by their id",
    {
        "Time": "2026-11-21T16:00:00",
        "BME280-76": {"Temperature": 4.2, "Humidity": 80.5, "DewPoint": 1.1, "Pressure": 1013.2},
        "DS18B20-1": {"Id": "3C01B556A1B2", "Temperature": 3.9},
        "DS18B20-2": {"Id": "3C01B556FFEE", "Temperature": -127},
        "PressureUnit": "hPa",
        "TempUnit": "C",
    },
    Kept("BME280-76", "temperature", 4.2, T0),
    Kept("BME280-76", "relative_humidity", 80.5, T0),
    Kept("BME280-76", "dew_point", 1.1, T0),
    Kept("BME280-76", "pressure", 1013.2, T0),
    Kept("3C01B556A1B2", "temperature", 3.9, T0),
    Kept("3C01B556FFEE", "temperature", -127, T0),
)
TASMOTA.says(
    "Fahrenheit",
    {"Time": "2026-11-21T16:00:00", "SI7021": {"Temperature": 68.0, "Humidity": 50.0, "DewPoint": 50.0}, "TempUnit": "F"},
    Kept("SI7021", "temperature", 20.0, T0),
    Kept("SI7021", "relative_humidity", 50.0, T0),
    Kept("SI7021", "dew_point", 10.0, T0),
)  # fmt: skip
TASMOTA.says(
    "a sensor that fails says null, its neighbour speaks",
    {"Time": "2026-11-21T16:00:00", "AM2301": {"Temperature": None, "Humidity": None}, "DS18B20": {"Temperature": 5.5}, "TempUnit": "C"},
    Kept("DS18B20", "temperature", 5.5, T0),
)  # fmt: skip
TASMOTA.says(
    "the answer to Status 8",
    {"StatusSNS": {"Time": "2026-11-21T16:00:00", "SHT3X-0x44": {"Temperature": 41.0, "Humidity": 40.0}, "TempUnit": "F"}},
    Kept("SHT3X-0x44", "temperature", 5.0, T0),
    Kept("SHT3X-0x44", "relative_humidity", 40.0, T0),
    topic="stat/cold-1/STATUS8",
)  # fmt: skip
TASMOTA.says(
    "a clock that was never set",
    {"Time": "1970-01-01T08:00:09", "AHT1X": {"Temperature": 4.0, "Humidity": 61.0}, "TempUnit": "C"},
    rejected={Reason.CLOCK: 2},
)
TASMOTA.says(
    "a number as text beside a good one",
    {"Time": "2026-11-21T16:00:00", "AHT1X": {"Temperature": "4.0", "Humidity": 61.0}, "TempUnit": "C"},
    Kept("AHT1X", "relative_humidity", 61.0, T0),
    rejected={Reason.TEXT_NUMBER: 1},
)
TASMOTA.says(
    "the power meter of a plug", {"Time": "2026-11-21T16:00:00", "ENERGY": {"Power": 12}}, skipped=True
)
TASMOTA.says("not JSON", b'{"Time":"2026-11-21T16:00:00","AHT', reason=Reason.NOT_JSON)
TASMOTA.says("it is there", b"Online", topic="tele/cold-1/LWT", online=True)
TASMOTA.says("its last will", b"Offline", topic="tele/cold-1/LWT", online=False)

# ------------------------------------------------------------------------------------------------ Zigbee2MQTT
ZIGBEE = Sender("zigbee2mqtt", "zigbee2mqtt/cold_room", "zigbee2mqtt")
ZIGBEE.says(
    "a sensor without a time",
    {"temperature": 27.34, "humidity": 44.72, "battery": 97, "voltage": 2995, "linkquality": 120},
    Kept("cold_room", "temperature", 27.34),
    Kept("cold_room", "relative_humidity", 44.72),
    Kept("cold_room", "battery_level", 97),
    Kept("cold_room", "battery_voltage", 2.995),
    Kept("cold_room", "link_quality", 120),
)
ZIGBEE.says(
    "a name with slashes",
    {"temperature": 4.5, "humidity": 70, "linkquality": 80},
    Kept("hall 2/rack 7/左", "temperature", 4.5),
    Kept("hall 2/rack 7/左", "relative_humidity", 70),
    Kept("hall 2/rack 7/左", "link_quality", 80),
    topic="zigbee2mqtt/hall 2/rack 7/左",
)
ZIGBEE.says(
    "last_seen as text",
    {"temperature": 4.5, "last_seen": "2026-11-21T16:00:00+08:00"},
    Kept("cold_room", "temperature", 4.5, T0),
)
ZIGBEE.says(
    "last_seen in milliseconds",
    {"temperature": 4.5, "pressure": 1009.1, "last_seen": 1795248000000},
    Kept("cold_room", "temperature", 4.5, T0),
    Kept("cold_room", "pressure", 1009.1, T0),
)
ZIGBEE.says(
    "a door contact: true means closed",
    {"contact": False, "battery": 100, "linkquality": 90},
    Kept("dock_door", "door", 1),
    Kept("dock_door", "battery_level", 100),
    Kept("dock_door", "link_quality", 90),
    topic="zigbee2mqtt/dock_door",
)
ZIGBEE.says("a sensor just joined knows no values yet", {"temperature": None, "humidity": None}, skipped=True)
ZIGBEE.says("a lamp", {"state": "ON", "brightness": 254}, topic="zigbee2mqtt/lamp", skipped=True)
ZIGBEE.says("availability", {"state": "offline"}, topic="zigbee2mqtt/cold_room/availability", skipped=True)
ZIGBEE.says(
    "availability of a name with slashes", b"online", topic="zigbee2mqtt/hall 2/rack 7/availability", skipped=True
)  # fmt: skip
ZIGBEE.says("a command of others", {"state": "ON"}, topic="zigbee2mqtt/lamp/set", skipped=True)
ZIGBEE.says(
    "the list of devices",
    [{"ieee_address": "0x00158d0001", "friendly_name": "cold_room"}],
    topic="zigbee2mqtt/bridge/devices",
    skipped=True,
)
ZIGBEE.says("the bridge is there", {"state": "online"}, topic="zigbee2mqtt/bridge/state", online=True)
ZIGBEE.says("the bridge is gone", {"state": "offline"}, topic="zigbee2mqtt/bridge/state", online=False)

# ------------------------------------------------------------------------------------------------ Shelly, Gen1
SHELLY1 = Sender("shelly-gen1", "shellies/shellyht-A1B2C3/sensor/temperature", "shellyht-A1B2C3")
SHELLY1.says("a bare number", b"21.38", Kept("", "temperature", 21.38))
SHELLY1.says("humidity", b"48.5", Kept("", "relative_humidity", 48.5), topic="shellies/shellyht-A1B2C3/sensor/humidity")  # fmt: skip
SHELLY1.says("battery", b"88", Kept("", "battery_level", 88), topic="shellies/shellyht-A1B2C3/sensor/battery")
SHELLY1.says("a probe at a switch", b"-18.25", Kept("1", "temperature", -18.25), topic="shellies/shelly1-77/ext_temperature/1", gateway="shelly1-77")  # fmt: skip
SHELLY1.says("a door, opened", b"open", Kept("", "door", 1), topic="shellies/shellydw2-9/sensor/state", gateway="shellydw2-9")  # fmt: skip
SHELLY1.says("no number", b"unavailable", rejected={Reason.WRONG_TYPE: 1})
SHELLY1.says("NaN", b"nan", rejected={Reason.NOT_FINITE: 1})
SHELLY1.says("it is there", b"true", topic="shellies/shellyht-A1B2C3/online", online=True)
SHELLY1.says("its last will", b"false", topic="shellies/shellyht-A1B2C3/online", online=False)

# ------------------------------------------------------------------------------------------------ Shelly, Gen2+
SHELLY2 = Sender("shelly", "shellyhtg3-8cbfea/events/rpc", "shellyhtg3-8cbfea")
SHELLY2.says(
    "a full status",
    {
        "src": "shellyhtg3-8cbfea",
        "dst": "shellyhtg3-8cbfea/events",
        "method": "NotifyFullStatus",
        "params": {
            "ts": 1795248000.0,
            "temperature:0": {"id": 0, "tC": 19.9, "tF": 67.82},
            "humidity:0": {"id": 0, "rh": 58.9},
            "devicepower:0": {"id": 0, "battery": {"V": 5.51, "percent": 91}, "external": {"present": False}},
            "sys": {"uptime": 2, "unixtime": 1795248000},
        },
    },
    Kept("0", "temperature", 19.9, T0),
    Kept("0", "relative_humidity", 58.9, T0),
    Kept("0", "battery_voltage", 5.51, T0),
    Kept("0", "battery_level", 91, T0),
)
SHELLY2.says(
    "a change, two probes",
    {"src": "shellyplus1-1", "dst": "shellyplus1-1/events", "method": "NotifyStatus",
     "params": {"ts": 1795248000.5, "temperature:100": {"id": 100, "tC": -18.1, "tF": -0.6}, "temperature:101": {"id": 101, "tC": 3.4}}},
    Kept("100", "temperature", -18.1, "2026-11-21T08:00:00.5Z"),
    Kept("101", "temperature", 3.4, "2026-11-21T08:00:00.5Z"),
    topic="shellyplus1-1/events/rpc",
    gateway="shellyplus1-1",
)  # fmt: skip
SHELLY2.says(
    "before its clock is set, the time is that since its start",
    {"method": "NotifyFullStatus", "params": {"ts": 5.01, "temperature:0": {"id": 0, "tC": 19.9}}},
    Kept("0", "temperature", 19.9),
)
SHELLY2.says(
    "without a time",
    {"method": "NotifyStatus", "params": {"temperature:0": {"id": 0, "tC": 19.9}}},
    Kept("0", "temperature", 19.9),
)
SHELLY2.says(
    "a probe that is not connected says null",
    {"method": "NotifyStatus", "params": {"ts": 1795248000.0, "temperature:0": {"id": 0, "tC": None, "tF": None, "errors": ["read"]}}},
    skipped=True,
)  # fmt: skip
SHELLY2.says("an event", {"method": "NotifyEvent", "params": {"ts": 1795248000.0, "events": []}}, skipped=True)  # fmt: skip
SHELLY2.says(
    "the status of one component",
    {"id": 0, "tC": 19.9, "tF": 67.82},
    Kept("0", "temperature", 19.9),
    topic="shellyhtg3-8cbfea/status/temperature:0",
)
SHELLY2.says(
    "the status of another one",
    {"id": 0, "rh": 58.9},
    Kept("0", "relative_humidity", 58.9),
    topic="shellyhtg3-8cbfea/status/humidity:0",
)
SHELLY2.says("it is there", b"true", topic="shellyhtg3-8cbfea/online", online=True)
SHELLY2.says("its last will", b"false", topic="shellyhtg3-8cbfea/online", online=False)

# --------------------------------------------------------------------------------- Theengs, OpenMQTTGateway
THEENGS = Sender("theengs", "home/omg-dock/BTtoMQTT/A4C138010203", "omg-dock")
THEENGS.says(
    "a thermometer in both units",
    {"id": "A4:C1:38:01:02:03", "name": "ATC_010203", "rssi": -71, "brand": "Xiaomi", "model": "TH Sensor",
     "model_id": "LYWSD03MMC/MJWSD05MMC_ATC", "type": "THB", "tempc": 21.2, "tempf": 70.16, "hum": 55, "batt": 11, "volt": 2.858},
    Kept("A4C138010203", "temperature", 21.2),
    Kept("A4C138010203", "relative_humidity", 55),
    Kept("A4C138010203", "battery_level", 11),
    Kept("A4C138010203", "battery_voltage", 2.858),
    Kept("A4C138010203", "rssi", -71),
)  # fmt: skip
THEENGS.says("a phone that passes by", {"id": "5D:00:11:22:33:44", "rssi": -90}, topic="home/omg-dock/BTtoMQTT/5D0011223344", skipped=True)  # fmt: skip
THEENGS.says("NaN, as some firmware writes it", b'{"id":"A4:C1:38:01:02:03","model_id":"LYWSD03MMC","tempc":NaN,"hum":55}', Kept("A4C138010203", "relative_humidity", 55), rejected={Reason.NOT_FINITE: 1})  # fmt: skip
THEENGS.says("it is there", b"online", topic="home/omg-dock/LWT", online=True)
THEENGS.says("its last will", b"offline", topic="home/omg-dock/LWT", online=False)

# ------------------------------------------------------------------------------------------------------ Minew
MINEW = Sender("minew", "/gw/ac233fc00001/status", "ac233fc00001")
MINEW.says(
    "the gateway itself, a sensor, and a stranger",
    [
        {"timestamp": T0, "type": "Gateway", "mac": "AC233FC00001", "gatewayFree": 96, "gatewayLoad": 1.1},
        {"timestamp": T0, "type": "S1", "mac": "AC233FA10002", "bleName": "S1", "rssi": -54, "battery": 100, "temperature": 26.69, "humidity": 65.14},
        {"timestamp": T0, "type": "Unknown", "mac": "5D0011223344", "rssi": -90, "rawData": "0201061AFF4C00"},
    ],
    Kept("AC233FA10002", "temperature", 26.69, T0),
    Kept("AC233FA10002", "relative_humidity", 65.14, T0),
    Kept("AC233FA10002", "battery_level", 100, T0),
    Kept("AC233FA10002", "rssi", -54, T0),
)  # fmt: skip
MINEW.says("strangers only", [{"timestamp": T0, "type": "Unknown", "mac": "5D0011223344", "rssi": -90}], skipped=True)  # fmt: skip
MINEW.says(
    "a sensor whose clock is years ahead, beside a good one",
    [
        {"timestamp": "2031-01-01T00:00:00Z", "type": "S1", "mac": "AC233FA10002", "temperature": 26.0, "humidity": 65.0},
        {"timestamp": T0, "type": "S1", "mac": "AC233FA10003", "temperature": 4.0, "humidity": 71.0},
    ],
    Kept("AC233FA10003", "temperature", 4.0, T0),
    Kept("AC233FA10003", "relative_humidity", 71.0, T0),
    rejected={Reason.CLOCK: 2},
)  # fmt: skip

HOMES = [
    message for sender in (TASMOTA, ZIGBEE, SHELLY1, SHELLY2, THEENGS, MINEW) for message in sender.messages
]

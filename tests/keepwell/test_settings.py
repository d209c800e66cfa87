"""Settings: options win over the environment, the environment over the defaults, and nonsense is named."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from ingest.broker_url import BrokerUrlError
from ingest.series import UnknownDevices
from keepwell.broker_config import Profile
from keepwell.settings import BadSettingError, Settings, read_settings


def test_without_anything_the_defaults_hold() -> None:
    """An empty environment, and variables that are set but empty, change nothing."""
    empty = {f"KEEPWELL_{field.name.upper()}": "" for field in fields(Settings)}

    assert read_settings({}) == read_settings(empty) == Settings()


def test_an_option_wins_over_the_environment() -> None:
    """Whoever types an option means it; an option that was not given is None."""
    environment = {"KEEPWELL_HTTP_PORT": "9000", "KEEPWELL_MQTT_PORT": "9001"}

    settings = read_settings(environment, http_port=9002, mqtt_port=None)

    assert (settings.http_port, settings.mqtt_port) == (9002, 9001)


def test_a_child_process_reads_exactly_what_its_parent_was_told() -> None:
    """Every setting survives the way through the environment, also those that are not text."""
    told = Settings(
        data=Path("somewhere else"), http_host="::1", http_port=1, mqtt_port=65_535, broker="mqtts://a:b%20c@host:1",
        mqtt5=True, profile=Profile.PROCESS, unknown_devices=UnknownDevices.REFUSE, retention_days=400,
        influx_url="http://localhost:8086", influx_token="secret", influx_org="us", influx_bucket="b",
    )  # fmt: skip

    assert read_settings(told.environment()) == told
    assert read_settings(replace(told, mqtt5=False).environment()).mqtt5 is False


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("HTTP_PORT", "abc", "a whole number"),
        ("HTTP_PORT", "80.5", "a whole number"),
        ("HTTP_PORT", "0", "from 1 to 65535"),
        ("MQTT_PORT", "65536", "from 1 to 65535"),
        ("MQTT_PORT", "-1", "from 1 to 65535"),
        ("MQTT5", "maybe", "true or false"),
        ("PROFILE", "fast", "power, process"),
        ("UNKNOWN_DEVICES", "perhaps", "accept, refuse"),
        ("RETENTION_DAYS", "-1", "0 or more"),
        ("INFLUX_TOKEN", "CHANGE-ME", "one of your own"),
        ("BROKER", "mqtt://keepwell:CHANGE-ME@broker", "one of your own"),
    ],
)
def test_nonsense_is_named_with_what_is_expected(name: str, value: str, says: str) -> None:
    """The sentence names the variable and what would be right."""
    with pytest.raises(BadSettingError, match=says) as refused:
        read_settings({f"KEEPWELL_{name}": value})

    assert f"KEEPWELL_{name}" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("url", ["nonsense", "http://host", "mqtt://", "mqtt://host:port"])
def test_the_address_of_the_broker_is_read_before_anything_starts(url: str) -> None:
    """What no stage could ever connect to is refused at once."""
    with pytest.raises(BrokerUrlError):
        read_settings({}, broker=url)

"""The settings of one installation. Only the command line reads them from outside; the stages are handed what they need."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import urlsplit

from ingest.broker_url import parse_broker_url
from ingest.series import UnknownDevices
from keepwell.broker_config import Profile, is_loopback
from notify.channels.mail import BadServerError, server_of
from notify.webhooks.addresses import Allowed

PREFIX = "KEEPWELL_"
_SWITCH = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
_EXPECTED = {bool: "true or false", int: "a whole number"}


class BadSettingError(ValueError):
    """A setting has a value that cannot be used; the message names it and says what is expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Each is an option of `keepwell up` or an environment variable KEEPWELL_<NAME>."""

    data: Path = Path("data")
    """Everything that is kept lies here."""
    http_host: str = "127.0.0.1"
    http_port: int = 8080
    public_url: str = ""
    """Where this installation is seen from outside (https://goods.example): labels then carry web addresses."""
    webhook_allow: str = ""
    """Networks and hosts that webhooks may be sent to beside the public internet: 10.0.0.0/8, hooks.internal."""
    mqtt_host: str = "127.0.0.1"
    """Where the embedded broker listens; beyond loopback every gateway needs a credential."""
    mqtt_port: int = 1883
    mqtt_tls_cert: str = ""
    """PEM file of the embedded broker's certificate (with those up to its authority): gateways then speak TLS."""
    mqtt_tls_key: str = ""
    """PEM file of the key to it."""
    mqtt_client_ca: str = ""
    """PEM file of an authority: gateways must show a certificate of it, beside their secret. Keepwell's own processes
    show the broker's, so that one must come from the same authority."""
    mqtt_plain: bool = False
    """Listen beyond loopback without TLS, where everybody on the network can read the gateways' secrets."""
    mqtt_anonymous: bool = False
    """Still let in, on loopback, who gives no name after the first gateway got a credential (never in its name)."""
    gateway_address: str = ""
    """mqtt[s]://host:port that gateways are told; empty = where the broker listens."""
    mosquitto_files: str = ""
    """With another broker: where `acl` and `password` for Mosquitto are kept up to date; empty = mosquitto/ in the data."""
    broker: str = ""
    """mqtt[s]://user:password@host:port of another broker; empty = the embedded one."""
    broker_ca: str = ""
    """PEM file of the authority that signed the certificate of an mqtts:// broker."""
    broker_cert: str = ""
    """PEM file of our own certificate, for an mqtts:// broker that wants one."""
    broker_key: str = ""
    """PEM file of the key to it."""
    broker_pinned: bool = False
    """The broker's own certificate is in broker_ca, and trusted whatever name it bears."""
    mqtt5: bool = False
    """Speak MQTT 5 (the embedded broker speaks 3.1.1 only)."""
    mqtt_store_bytes: int = 4 << 30
    """How much the embedded broker may hold for Keepwell while it is away; then gateways have to wait."""
    profile: Profile = Profile.POWER
    """What the embedded broker's acknowledgement survives: `power` (a power cut) or `process` (any killed process)."""
    unknown_devices: UnknownDevices = UnknownDevices.ACCEPT
    """What is done with a device that the registry does not know: `accept` or `refuse`."""
    retention_days: int = 0
    """Readings older than this are dropped (embedded store); 0 = keep them all."""
    service_url: str = ""
    """postgresql://user:password@host/database that holds the registry, tickets and events; empty = a file in the data."""
    influx_url: str = ""
    """Keep readings in this InfluxDB instead of the embedded store."""
    influx_token: str = ""
    influx_org: str = ""
    influx_bucket: str = "readings"
    notify_email_url: str = field(default="", repr=False)
    """The mail server: smtp[s]://user:password@host:port?from=sender@host; empty = no e-mail."""
    notify_desk_urls: str = field(default="", repr=False)
    """Apprise (or feishu://) addresses of the installation's own chats, with spaces between."""
    notify_desk_email: str = ""
    notify_desk_phone: str = ""
    notify_time_zone: str = "Asia/Shanghai"
    """On whose clocks people without a site live (IANA name)."""
    notify_language: str = "zh"
    """Of the installation's own chats: zh or en."""
    notify_provider: str = ""
    """Who sends SMS and calls: aliyun or tencent; empty = nobody."""
    notify_key_id: str = ""
    """AccessKeyId, or SecretId."""
    notify_key_secret: str = field(default="", repr=False)
    notify_sms_sign: str = ""
    notify_sms_template: str = ""
    notify_sms_app: str = ""
    """Tencent's SmsSdkAppId."""
    notify_voice_template: str = ""
    notify_voice_number: str = ""
    """The number that Aliyun shows to whoever is called; empty = a public one."""
    notify_voice_app: str = ""
    """Tencent's VoiceSdkAppid."""
    notify_sms_url: str = ""
    """Another endpoint than the provider's own."""
    notify_voice_url: str = ""
    notify_receipt_token: str = field(default="", repr=False)
    """What reports of the provider must carry (`?token=…`); empty = no report is taken."""
    heartbeat_url: str = field(default="", repr=False)
    """An outside watcher that is called every minute while all is well."""
    heartbeat_fail_url: str = field(default="", repr=False)
    """Is told which parts are not well; empty = nobody."""

    @property
    def journal(self) -> Path:
        """The journal between ingest and store."""
        return self.data / "journal.sqlite"

    @property
    def readings(self) -> Path:
        """The readings, or with InfluxDB the accounts of them."""
        return self.data / "readings.sqlite"

    @property
    def live(self) -> Path:
        """The latest messages of gateways that somebody looks at; nothing in it is needed."""
        return self.data / "live.sqlite"

    @property
    def refusals(self) -> Path:
        """What the embedded broker refused."""
        return self.data / "broker" / "refused.json"

    @property
    def service(self) -> Path | str:
        """Where registry, findings, tickets and events are kept (`store.service.Place`)."""
        return self.service_url or self.service_file

    @property
    def service_file(self) -> Path:
        """The embedded service database; there is none where PostgreSQL keeps it."""
        return self.data / "service.sqlite"

    @property
    def audit_heads(self) -> Path:
        """The head of the chain of events, a line a day."""
        return self.data / "audit-heads.txt"

    @property
    def imports(self) -> Path:
        """Files that were uploaded, for as long as they are needed."""
        return self.data / "imports"

    @property
    def models(self) -> Path:
        """Files of trained models."""
        return self.data / "models"

    def environment(self) -> dict[str, str]:
        """These settings as environment variables, for a child process (so that no password is on a command line)."""
        found: dict[str, str] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            text = (
                str(int(value))
                if isinstance(value, bool)
                else str(value.value if isinstance(value, Enum) else value)
            )
            found[PREFIX + each.name.upper()] = text
        return found


def read_settings(environment: Mapping[str, str], **options: Any) -> Settings:
    """The settings from the environment; an option that is not None wins.

    Raises:
        BadSettingError: a value cannot be read, or can never work.
        BrokerUrlError: the broker's address is none.
    """
    kinds = get_type_hints(Settings)
    values: dict[str, Any] = {}
    for each in fields(Settings):
        given = options.get(each.name)
        text = environment.get(PREFIX + each.name.upper())
        if given is not None:
            values[each.name] = given
        elif text not in {None, ""}:
            values[each.name] = _read(each.name, kinds[each.name], str(text))
    settings = Settings(**values)
    _refuse_placeholders(settings)
    _refuse_impossible(settings)
    return settings


def _read(name: str, kind: type, text: str) -> Any:
    try:
        return _SWITCH[text.lower()] if kind is bool else kind(text)
    except (KeyError, ValueError):
        expected = ", ".join(m.value for m in kind) if issubclass(kind, Enum) else _EXPECTED[kind]
        raise BadSettingError(f"{PREFIX}{name.upper()}={text!r}: expected {expected}") from None


def _refuse_impossible(settings: Settings) -> None:
    """What would only come to light when a stage fails on it, in a process of its own."""
    for name in ("http_port", "mqtt_port"):
        port = getattr(settings, name)
        if not 1 <= port <= 65_535:
            raise BadSettingError(f"{PREFIX}{name.upper()}={port}: a port is a number from 1 to 65535")
    _refuse_unusable_ways_out(settings)
    if settings.retention_days < 0:
        raise BadSettingError(f"{PREFIX}RETENTION_DAYS={settings.retention_days}: expected 0 or more")
    if settings.service_url:
        _refuse_unusable_database(settings.service_url)
    if settings.broker:
        parse_broker_url(settings.broker, settings.broker_ca or None)
    else:
        _refuse_open_listener(settings)


def _refuse_unusable_ways_out(settings: Settings) -> None:
    """Ways of telling people that can never work."""
    _refuse_one_of("notify_provider", settings.notify_provider, ("", "aliyun", "tencent"))
    _refuse_one_of("notify_language", settings.notify_language, ("en", "zh"))
    if settings.notify_email_url:
        try:
            server_of(settings.notify_email_url)
        except BadServerError as error:
            raise BadSettingError(f"{PREFIX}NOTIFY_EMAIL_URL: {error}") from None
    try:
        Allowed.read(settings.webhook_allow)
    except ValueError as error:
        raise BadSettingError(f"{PREFIX}WEBHOOK_ALLOW: {error}") from None


def _refuse_one_of(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        expected = ", ".join(filter(None, known))
        raise BadSettingError(f"{PREFIX}{name.upper()}={value!r}: expected {expected}")


def _refuse_unusable_database(url: str) -> None:
    """What is no address of a PostgreSQL database, or has no driver. The address is not repeated: a password is in it."""
    name = f"{PREFIX}SERVICE_URL"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"postgresql", "postgres"} and len(parts.path) > 1
    except ValueError:
        usable = False
    if not usable:
        raise BadSettingError(f"{name}: expected postgresql://user:password@host/database")
    if find_spec("psycopg") is None:
        raise BadSettingError(f"{name} needs the driver of PostgreSQL: pip install 'keepwell[postgres]'")


def _refuse_open_listener(settings: Settings) -> None:
    """An embedded broker that cannot serve TLS as it is told to, or that would show passwords to the network."""
    if bool(settings.mqtt_tls_cert) != bool(settings.mqtt_tls_key):
        raise BadSettingError(
            f"{PREFIX}MQTT_TLS_CERT and {PREFIX}MQTT_TLS_KEY go together: give both or none"
        )
    if settings.mqtt_client_ca and not settings.mqtt_tls_cert:
        raise BadSettingError(f"{PREFIX}MQTT_CLIENT_CA needs {PREFIX}MQTT_TLS_CERT and {PREFIX}MQTT_TLS_KEY")
    for name in ("mqtt_tls_cert", "mqtt_tls_key", "mqtt_client_ca"):
        path = getattr(settings, name)
        if path and not os.access(path, os.R_OK):
            raise BadSettingError(f"{PREFIX}{name.upper()}={path}: there is no such file that can be read")
    if not (is_loopback(settings.mqtt_host) or settings.mqtt_tls_cert or settings.mqtt_plain):
        raise BadSettingError(
            f"the broker would listen at {settings.mqtt_host} in plain text, where everybody on the network can read the "
            "secrets of gateways: give --mqtt-tls-cert and --mqtt-tls-key, or say --mqtt-plain if that is what you want"
        )


def _refuse_placeholders(settings: Settings) -> None:
    """A value copied from the example file is a password that everybody knows."""
    for name in (
        "broker",
        "influx_token",
        "service_url",
        "notify_email_url",
        "notify_key_secret",
        "notify_receipt_token",
    ):
        if "CHANGE-ME" in getattr(settings, name):
            raise BadSettingError(
                f"{PREFIX}{name.upper()} still holds the example's placeholder: set one of your own"
            )

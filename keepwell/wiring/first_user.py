"""The link by which whoever starts the service becomes its first user."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import ip_address

from keepwell.settings import Settings
from keepwell.wiring.parts import now_us
from store.repositories.records import By
from store.repositories.setting_up import SetUpRepository
from store.service import open_service

BY = "system"


def build(settings: Settings) -> str | None:
    """A link that makes one person an admin, once; None if anybody ever had an account."""
    database = open_service(settings.service, now_us())
    try:
        with database.writing() as connection:
            token = SetUpRepository(connection).offer(By(BY, now_us(), "start"))
    finally:
        database.close()
    return f"{address_of(settings)}/set-up#{token}" if token else None


def address_of(settings: Settings) -> str:
    """Where this installation's page is, as somebody on this machine reaches it."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host = settings.http_host
    with suppress(ValueError):  # a name is no address
        host = "127.0.0.1" if ip_address(host).is_unspecified else f"[{host}]" if ":" in host else host
    return f"http://{host}:{settings.http_port}"

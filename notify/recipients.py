"""Who stands behind `person:`, `contact:`, `customer:` and `team:`, which ways lead there, and in what words they are told."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from notify.planning import Person as Addressee
from notify.planning import Way
from registry.nouns import Contact, Person, Register, Site
from store.messages import DESK, Channel, Habits
from texts import Language

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_NUMBER = re.compile(r"\+?[0-9]{5,20}")


@dataclass(frozen=True, slots=True)
class Reach:
    """What this installation can reach people by."""

    email: bool = False
    sms: bool = False
    voice: bool = False
    desk_urls: tuple[str, ...] = field(default=(), repr=False)
    """Chats of the installation, for what nobody else can be told."""
    desk_email: str = ""
    desk_phone: str = ""
    time_zone: str = "UTC"
    """IANA name: the clocks of whoever has none of his own."""
    language: Language = "zh"
    """Of the installation's own chats."""


@dataclass(frozen=True, slots=True)
class Directory:
    """A registry snapshot as far as it says who is told."""

    persons: Mapping[str, Person]
    contacts: Mapping[str, Contact]
    sites: Mapping[str, Site]
    teams: Mapping[str, Sequence[str]]
    """Team → keys of its members."""
    habits: Mapping[str, Habits]
    """`person:<key>`, `contact:<key>`, `team:<key>`, `desk` → how they want to be told."""
    reach: Reach = Reach()

    def resolve(self, to: str) -> tuple[str, ...]:
        """Everybody a notice to `to` is for; the desk if that is nobody."""
        kind, _, key = to.partition(":")
        found: list[str] = []
        if (kind == "person" and key in self.persons) or (kind == "contact" and key in self.contacts):
            found = [to]
        elif kind == "customer":
            found = [f"contact:{one.key}" for one in self.contacts.values() if one.customer == key]
        elif kind == "team":
            found = [f"person:{one}" for one in self.teams.get(key, ()) if one in self.persons]
            found += [to] if self._habits(to).urls else []
        return tuple(found) or (DESK,)

    def addressee(self, to: str) -> Addressee:
        """Somebody who is told, with the ways that lead there."""
        habits = self._habits(to)
        phone, email = self._reached(to)
        ways: list[Way] = []
        if self.reach.voice and phone:
            ways.append(_way(Channel.VOICE, phone))
        if self.reach.sms and phone:
            ways.append(_way(Channel.SMS, phone))
        urls = habits.urls or (self.reach.desk_urls if to == DESK else ())
        ways += [_way(Channel.CHAT, url) for url in urls]
        if self.reach.email and email:
            ways.append(_way(Channel.EMAIL, email))
        return Addressee(to, tuple(ways), habits, habits.time_zone or self._site_zone(to))

    def language(self, to: str) -> Language:
        """In which language somebody reads."""
        found = self._registered(to)
        if found is None:
            return self.reach.language
        return "zh" if found.language == "zh" else "en"

    def plain(self, to: str) -> bool:
        """Whether somebody is told in plain words instead of a data report."""
        said = self._habits(to).plain
        return to.startswith("contact:") if said is None else said

    def name_of(self, principal: str) -> str:
        """What people call a person or contact; of anything else what it is called here."""
        found = self._registered(principal)
        return (found.name or found.key) if found else principal

    def _habits(self, to: str) -> Habits:
        return self.habits.get(to) or Habits(to)

    def _registered(self, to: str) -> Person | Contact | None:
        kind, _, key = to.partition(":")
        if kind == "person":
            return self.persons.get(key)
        return self.contacts.get(key) if kind == "contact" else None

    def _reached(self, to: str) -> tuple[str, str]:
        """Phone number (digits) and e-mail address; "" for none that can be used."""
        if to == DESK:
            phone, email = self.reach.desk_phone, self.reach.desk_email
        else:
            found = self._registered(to)
            phone, email = (found.phone, found.email) if found else ("", "")
        digits = re.sub(r"[\s().-]", "", phone)
        return digits if _NUMBER.fullmatch(digits) else "", email.strip() if "@" in email else ""

    def _site_zone(self, to: str) -> str:
        found = self._registered(to)
        site = self.sites.get(found.site) if found and found.site else None
        return site.time_zone if site else self.reach.time_zone


def registered_habits(person: Person) -> Habits:
    """How somebody is told who never said how: as the registry has it, in version 0."""
    return Habits(
        f"person:{person.key}", urls=person.channels, quiet_from_min=_minute(person.quiet_from),
        quiet_to_min=_minute(person.quiet_to), time_zone=person.time_zone, plain=person.register is Register.PLAIN, version=0,
    )  # fmt: skip


def _minute(time_of_day: str) -> int | None:
    """`"22:30"` as minutes of the day; None for ""."""
    hour, _, minute = time_of_day.partition(":")
    return int(hour) * 60 + int(minute) if time_of_day else None


def provider_of(url: str) -> str:
    """Which service a chat address belongs to: its scheme."""
    match = _SCHEME.match(url)
    return match[1].lower() if match else "unknown"


def lane_of(channel: Channel, address: str) -> str:
    """The name of a way without its secrets: `chat:dingtalk:1a2b3c4d5e`."""
    digest = hashlib.sha256(address.encode()).hexdigest()[:10]
    kind = f"{channel}:{provider_of(address)}" if channel is Channel.CHAT else str(channel)
    return f"{kind}:{digest}"


def _way(channel: Channel, address: str) -> Way:
    return Way(channel, lane_of(channel, address), address)

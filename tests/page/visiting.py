"""People on the page: a browser of their own, in their language, theme and size, and what went wrong there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.page.mortal import Mortal
from tests.stories.desk import PASSWORD, Desk

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
WORDS = {"en": ("Log in", "Name", "Password"), "zh": ("登录", "用户名", "密码")}
CHOSEN = "localStorage.getItem('keepwell-language') || localStorage.setItem('keepwell-language', '{lang}')"
"""As if the language had been chosen on this device before: people have one of their own, too."""
SERIOUS = {"serious", "critical"}
LOOKS = pytest.mark.parametrize(
    ("lang", "phone", "dark"),
    [
        pytest.param(
            lang, phone, dark, id=f"{lang}-{'phone' if phone else 'desktop'}-{'dark' if dark else 'light'}"
        )
        for lang in LOCALES
        for phone in (False, True)
        for dark in (False, True)
    ],
)
"""A view in each language, size and theme; without --pictures only the two of `CORNERS`."""
CORNERS = ({"lang": "en", "phone": False, "dark": False}, {"lang": "zh", "phone": True, "dark": True})
"""Looks that between them have both languages, both sizes and both themes."""
NOT_LOGGED_IN = "401 (Unauthorized)"
"""What Chromium writes when the page asks who is logged in, and nobody is."""

expect.set_options(timeout=60_000)
LIVE_MS = 60_000
"""How long a page may take to draw itself and to hear of changes, on a machine that does much else."""
_SESSIONS: WeakKeyDictionary[Desk, dict[str, list[Any]]] = WeakKeyDictionary()
"""Installation → person → the cookies of a session there."""


IN_A_PROGRAM = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0 Mobile Safari/537.36"
"""How browsers inside other programs begin to name themselves."""


class Visits:
    """Pages that were opened, and whatever a browser complained of on them: errors, refused scripts and styles."""

    def __init__(self, browser: Browser, installation: Desk) -> None:
        self._browser, self._installation = browser, installation
        self._contexts: list[BrowserContext] = []
        self._invited: set[str] = set()
        self.faults: list[str] = []
        settings = installation.home.settings
        self.url = f"http://{settings.http_host}:{settings.http_port}"

    def anonymous(
        self,
        *,
        lang: str = "en",
        dark: bool = False,
        phone: bool = False,
        installed: bool = False,
        inside: str = "",
        path: str = "/",
        cookies: Sequence[Any] = (),
    ) -> Page:
        """A page on which nobody is logged in (unless `cookies` say who).

        Args:
            installed: the browser keeps the page itself.
            inside: the program around the browser, as its name has it.
        """
        context = self._browser.new_context(
            locale=LOCALES[lang],
            color_scheme="dark" if dark else "light",
            viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
            has_touch=phone,
            timezone_id="Asia/Shanghai",
            service_workers="allow" if installed else "block",
            user_agent=f"{IN_A_PROGRAM} {inside}" if inside else None,
        )
        self._contexts.append(context)
        context.add_cookies(list(cookies))
        context.add_init_script(CHOSEN.format(lang=lang))
        page = context.new_page()
        self._listen(page)
        page.goto(self.url + path)
        return page

    def as_person(self, person: str, *, path: str = "/", lang: str = "en", **how: Any) -> Page:
        """A page on which somebody has logged in by hand and waits until it is live."""
        self.let_in(person)
        page = self.anonymous(lang=lang, path=path, **how)
        log_in(page, person, lang=lang)
        expect(page.locator("[data-connection=live]")).to_be_visible(timeout=LIVE_MS)
        return page

    def returning(self, person: str, *, path: str = "/", lang: str = "en", **how: Any) -> Page:
        """A page of somebody whose session goes on: only the first one in an installation is logged in by hand."""
        kept = _SESSIONS.setdefault(self._installation, {})
        if person not in kept:
            page = self.as_person(person, path=path, lang=lang, **how)
            kept[person] = page.context.cookies()
            return page
        page = self.anonymous(lang=lang, path=path, cookies=kept[person], **how)
        expect(page.locator("[data-connection=live]")).to_be_visible(timeout=LIVE_MS)
        return page

    def another(self, page: Page, path: str) -> Page:
        """A page beside another one in the same browser, as if it were opened again."""
        other = page.context.new_page()
        self._listen(other)
        other.goto(self.url + path)
        return other

    @contextmanager
    def phone_that_dies(self, person: str, path: str) -> Iterator[Mortal]:
        """A phone whose browser can be killed and keeps what it had on its disk; somebody is logged in on it."""
        self.let_in(person)
        with TemporaryDirectory(prefix="keepwell-phone-") as folder:
            made = Mortal(self._browser, Path(folder), self.url)
            try:
                page = made.start(path)
                log_in(page, person)
                expect(page.locator("[data-connection=live]")).to_be_visible(timeout=30_000)
                yield made
            finally:
                made.kill()

    def let_in(self, person: str) -> None:
        """Give somebody a password, once."""
        if person not in self._installation.let_in:
            self._installation.as_person(person)

    def close(self) -> None:
        """Close everything."""
        for context in self._contexts:
            context.close()

    def _listen(self, page: Page) -> None:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and NOT_LOGGED_IN not in message.text:
            self.faults.append(f"console: {message.text} {message.location['url']}")


def log_in(page: Page, person: str, password: str = PASSWORD, lang: str = "en") -> None:
    """Fill in the form and send it."""
    enter, name, secret = WORDS[lang]
    page.get_by_role("textbox", name=name).fill(person)
    page.get_by_role("textbox", name=secret).fill(password)
    page.get_by_role("button", name=enter, exact=True).click()


def axe(page: Page) -> list[dict[str, Any]]:
    """What axe finds that is serious: rule, why, and where."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations")
    return [
        {"rule": one["id"], "why": one["help"], "where": [node["html"][:200] for node in one["nodes"]]}
        for one in found
        if one["impact"] in SERIOUS
    ]


def phone_or_desktop(page: Page) -> str:
    """Language, size and theme of a page, for names of pictures: `zh-phone-dark`."""
    lang = page.evaluate("document.documentElement.lang").split("-")[0]
    size = "phone" if page.viewport_size == PHONE else "desktop"
    scheme = page.evaluate("document.documentElement.getAttribute('data-mantine-color-scheme')")
    return f"{lang}-{size}-{scheme}"

"""A browser that can be killed: with a disk of its own, from which it is started again."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import psutil
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route

ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
"""With which every browser of these tests is started."""
PHONE = {"width": 390, "height": 844}
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""Chromium without a window of its own needs half as much of the machine; where there is none, the whole browser does."""
ENGLISH = "localStorage.setItem('keepwell-language', 'en')"

_WAIT_MS = 100
_MOST_WAITS = 600


class Mortal:
    """A phone's browser of its own process and disk."""

    def __init__(self, like: Browser, disk: Path, url: str) -> None:
        self._kind, self._disk, self._url = like.browser_type, disk, url
        self._context: BrowserContext | None = None
        self._lost = 0

    @property
    def page(self) -> Page:
        """The page that is open."""
        assert self._context is not None
        return self._context.pages[0]

    def start(self, path: str, cookies: list[dict[str, object]] | None = None) -> Page:
        """Start it, and open the page."""
        self._context = self._kind.launch_persistent_context(
            self._disk, executable_path=CHROMIUM, args=list(ARGUMENTS), locale="en-GB",
            viewport=PHONE, service_workers="block",  # type: ignore[arg-type]
        )  # fmt: skip
        self._context.add_init_script(ENGLISH)
        self._context.add_cookies(cookies or [])  # type: ignore[arg-type]
        self.page.goto(self._url + path)
        return self.page

    def lose_answers(self, pattern: str) -> None:
        """What the page asks for there arrives and is done, and the answer never comes."""
        self.page.route(pattern, self._lose)

    def until_lost(self) -> None:
        """Until something has arrived whose answer was lost."""
        for _ in range(_MOST_WAITS):
            if self._lost:
                return
            self.page.wait_for_timeout(_WAIT_MS)
        raise AssertionError("nothing was asked")

    def _lose(self, route: Route) -> None:
        route.fetch()
        self._lost += 1

    def die(self, path: str) -> Page:
        """It is killed, and started again. Cookies reach a disk only every half minute: they are put back."""
        assert self._context is not None
        cookies = self._context.cookies()
        self.kill()
        return self.start(path, cookies)  # type: ignore[arg-type]

    def kill(self) -> None:
        """Without a word; the lock on its disk goes with it."""
        mine = [one for one in psutil.process_iter() if self._is_mine(one)]
        for one in mine:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(mine, 10)
        for lock in self._disk.glob("Singleton*"):
            lock.unlink()
        with suppress(Error):
            if self._context is not None:
                self._context.close()

    def _is_mine(self, process: psutil.Process) -> bool:
        try:
            return any(str(self._disk) in word for word in process.cmdline())
        except psutil.Error:
            return False

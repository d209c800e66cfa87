"""Acting on the page as people do: going to a view, pressing buttons by their names, filling in inputs by their labels."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.page.visiting import Visits

SLOW_MS = 120_000
"""The machine of the tests has other things to do, too."""


MOVES = """() => Promise.all(document.getAnimations()
  .filter(one => one.effect && one.effect.getComputedTiming().endTime !== Infinity)
  .map(one => one.finished.catch(() => null))).then(() => null)"""
"""Waits for whatever moves and comes to an end."""


class ByHand:
    """Somebody at one page who acts as people do: by names of buttons and labels of inputs."""

    def __init__(self, visits: Visits, page: Page) -> None:
        self.visits, self.page = visits, page

    def at(self, path: str, title: str | re.Pattern[str]) -> Page:
        """Go to a view, as a link of the page would; where one is there already, anew."""
        if self.page.url == self.visits.url + path:
            self.page.reload()
        go_to(self.page, path)
        head(self.page, title)
        return self.page

    @property
    def dialog(self) -> Locator:
        """The one that is open."""
        return self.page.get_by_role("dialog")

    def act(self, name: str, *, of: str = "") -> None:
        """Press a button, of the row that has this text."""
        within = self.page.get_by_role("row").filter(has_text=of) if of else self.page.locator("main")
        within.get_by_role("button", name=name, exact=True).click(timeout=SLOW_MS)

    def confirm(self, name: str, reason: str = "") -> None:
        """Say yes in the dialog, and wait until it is gone."""
        if reason:
            self.dialog.get_by_role("textbox", name=re.compile("^Reason")).fill(reason)
        self.dialog.get_by_role("button", name=name, exact=True).click(timeout=SLOW_MS)
        expect(self.dialog).to_have_count(0, timeout=SLOW_MS)

    def fill(self, within: Page | Locator, **said: str) -> None:
        """Text inputs by the first words of their labels (`_` is a blank)."""
        for name, value in said.items():
            label = re.compile("^" + re.escape(name.replace("_", " ")))
            within.get_by_role("textbox", name=label).first.fill(value)


def go_to(page: Page, path: str) -> None:
    """As a link of the page does, without loading the page anew."""
    page.evaluate(
        "path => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate', { state: {} })); }",
        path,
    )


def head(page: Page, name: str | re.Pattern[str]) -> None:
    """Wait for the view of this name."""
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible(timeout=SLOW_MS)


def still(page: Page) -> None:
    """Until nothing moves any more: axe would take what fades in for pale."""
    page.evaluate(MOVES)


def choose(within: Locator, label: str, option: str) -> None:
    """Open a choice within a form and take an option, by its label whole."""
    field = within.get_by_role("textbox", name=re.compile("^" + re.escape(label)))
    field.click()
    within.page.get_by_role("option", name=re.compile(f"^{re.escape(option)}$", re.IGNORECASE)).click()

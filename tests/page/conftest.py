"""What tests of the page begin with: Chromium, an installation with people and rooms, and pages of people who are logged in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from api.page import find_built
from tests.page.mortal import ARGUMENTS, CHROMIUM
from tests.page.visiting import CORNERS, Visits, phone_or_desktop
from tests.stories.desk import Desk, desk

ROOMS = 8
HERE = Path(__file__).resolve().parent
ALWAYS = frozenset({"test_customer.py", "test_desk_list.py", "test_first_run.py", "test_ticket.py"})
"""Part of every run: the stories and promises. `make test ARGS="--browser tests/page"` tries all the other views, too, which takes minutes."""
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pages"
Pictures = Callable[[Page, str], None]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """All looks of the views take long: they are tried with --pictures, when they are looked at as well."""
    pictures, browser = config.getoption("--pictures"), config.getoption("--browser")
    items[:] = [
        item for item in items
        if item.path.parent != HERE
        or ((browser or item.path.name in ALWAYS) and (pictures or _is_in_a_corner(item)))
    ]  # fmt: skip


def _is_in_a_corner(item: pytest.Item) -> bool:
    asked = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    return "dark" not in asked or any(
        all(asked.get(name, value) == value for name, value in corner.items()) for corner in CORNERS
    )


def _refuse(why: str) -> None:
    """Fail where everything has to be there, else skip and say why."""
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of the system. Not for the whole session: while Playwright runs, no other test can run an event loop."""
    if CHROMIUM is None:
        _refuse("chromium is not installed")
    if find_built() is None:
        _refuse("the page is not built: make web/dist/index.html")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A whole installation with its broker: rooms room-0 … at five degrees, a keeper, an engineer and a supervisor."""
    with desk(tmp_path_factory.mktemp("page"), ROOMS) as made:
        yield made


@pytest.fixture
def visits(chromium: Browser, installation: Desk) -> Iterator[Visits]:
    """Pages of people, `visits.as_person("enno", lang="zh", dark=True, phone=True)`; what went wrong on them fails the test."""
    found = Visits(chromium, installation)
    yield found
    found.close()
    assert found.faults == []


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Pictures:
    """Keeps a picture of a page as docs/pages/NAME-LANG-SIZE-THEME.png, when pytest is asked to with --pictures."""
    wanted = request.config.getoption("--pictures")

    def keep(page: Page, name: str) -> None:
        if not wanted:
            return
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}-{phone_or_desktop(page)}.png", animations="disabled")

    return keep

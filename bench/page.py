"""How fast the page is in Chromium over a large installation, as its reader feels it."""

from __future__ import annotations

import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import page_world
from bench.serving import Service

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MISSING = "Chromium or the package playwright is not here: install both (pip install playwright; apt install chromium)"
PASSWORD = "seven lazy herons on a raft"
REPEATS = 7
PAN_S = 4.0
ARGUMENTS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
ANSWERED_MS = 60_000
PLACES, ROWS = "article", "tbody tr"
DRAWN = ".u-over"
"""A chart; there is none before its readings are."""
_WATCH = """
const seen = () => {
  if (window.shownAt === undefined && document.querySelector(SELECTOR))
    requestAnimationFrame(() => { window.shownAt ??= performance.now(); });
};
new MutationObserver(seen).observe(document, { childList: true, subtree: true, attributes: true });
"""
"""Keeps when what is waited for was drawn, in ms since the page was asked for."""
_SHOWN = """() => new Promise((done) => {
  const look = () => window.shownAt === undefined ? requestAnimationFrame(look) : done(window.shownAt);
  look();
})"""
_LOADED = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .filter((one) => !one.name.includes("/api/")).reduce((sum, one) => sum + one.transferSize, 0)"""
_ANSWERED = """() => performance.getEntriesByType("resource").filter((one) => one.name.includes("/readings/buckets"))
  .map((one) => one.duration)"""
_PAN = """async (lasts) => {
  const over = document.querySelector(".u-over"), box = over.getBoundingClientRect();
  const at = (type, x) => over.dispatchEvent(new PointerEvent(type, { pointerId: 1, clientX: x, clientY: box.top + 20, bubbles: true }));
  const frames = [], middle = box.left + box.width / 2;
  over.setPointerCapture = () => {};
  at("pointerdown", middle);
  const began = performance.now();
  let last = began;
  await new Promise((done) => requestAnimationFrame(function step(now) {
    frames.push(now - last); last = now;
    at("pointermove", middle + Math.sin((now - began) / 400) * box.width / 3);
    if (now - began < lasts) requestAnimationFrame(step); else done();
  }));
  at("pointerup", middle);
  return frames.slice(1);
}"""
"""Drags the chart to and fro for so many ms; how long each frame took."""

Figures = dict[str, float | int | str]
Say = Callable[[str], None]


def run(
    json_path: Path | None,
    secret: Callable[[Path], str],
    let_in: Callable[[Path, str, str], None],
    say: Say,
) -> Figures:
    """Measure with a fresh data directory.

    `first_view_ms`: from the address to the first places drawn, in a browser that never saw the page but is logged in.
    `desk_ms`: the same of the list of tickets; `again_ms`: the first view with the page's files in the browser's cache.
    `year_answer_ms`, `year_ms`: a year of readings answered, and the place with its curve drawn. `frames_per_s`,
    `frame_p99_ms`: while that year is dragged to and fro. `first_load_kb`: what comes over the line for the first view.

    Args:
        secret: makes the first API key of a data directory.
        let_in: gives a person of a data directory a password.
    """
    chromium = shutil.which("chromium")
    if chromium is None or find_spec("playwright") is None:
        return {"missing": MISSING}
    with tempfile.TemporaryDirectory(prefix="keepwell-bench-page-") as folder:
        data = Path(folder)
        key = secret(data)
        page_world.build(data / "readings.sqlite", data / "service.sqlite", time.time_ns() // 1000, say)
        let_in(data, page_world.PERSON, PASSWORD)
        service = Service(data, key)
        with service.running(), _browser(chromium) as browser:
            found = _measured(service.url, browser, say)
    if json_path is not None:
        json_path.write_text(json.dumps(found, indent=2))
    return found


def _measured(url: str, browser: Browser, say: Say) -> Figures:
    state = _logged_in(url, browser)
    say(f"the first view, {REPEATS} times …")
    first = [_opened(browser, state, f"{url}/", PLACES) for _ in range(REPEATS)]
    tickets = [_opened(browser, state, f"{url}/desk?view=list", ROWS) for _ in range(REPEATS)]
    say("a year of readings …")
    place = f"{url}/places/zones/{page_world.zone_of(0, 0)}?period=year"
    year = [_opened(browser, state, place, DRAWN) for _ in range(REPEATS)]
    frames = _panned(browser, state, place)
    return {
        "sites": page_world.SITES, "series": page_world.SERIES, "open_tickets": page_world.TICKETS,
        "first_view_ms": _middle(one["shown"] for one in first), "first_view_worst_ms": round(max(one["shown"] for one in first)),
        "again_ms": _again(browser, state, f"{url}/"),
        "desk_ms": _middle(one["shown"] for one in tickets),
        "year_ms": _middle(one["shown"] for one in year), "year_answer_ms": _middle(max(one["answers"]) for one in year),
        "frames_per_s": round(1000 * len(frames) / sum(frames), 1),
        "frame_p99_ms": round(sorted(frames)[len(frames) * 99 // 100], 1),
        "first_load_kb": round(max(one["loaded"] for one in first) / 1000),
    }  # fmt: skip


def _logged_in(url: str, browser: Browser) -> Any:
    """What a browser keeps of somebody who has logged in."""
    context = browser.new_context()
    answer = context.request.post(
        f"{url}/api/v1/login", data={"name": page_world.PERSON, "password": PASSWORD}
    )
    if not answer.ok:
        raise OSError(f"nobody can log in: {answer.text()[:500]}")
    state = context.storage_state()
    context.close()
    return state


def _opened(browser: Browser, state: Any, url: str, selector: str) -> dict[str, Any]:
    """One view in a browser that never saw the page: when it was shown (ms), bytes loaded, answers of readings (ms)."""
    with _page(browser, state, selector) as page:
        return _shown(page, url, selector)


def _again(browser: Browser, state: Any, url: str) -> float:
    """The same view with the page's files at hand."""
    with _page(browser, state, PLACES) as page:
        return _middle([_shown(page, url, PLACES)["shown"] for _ in range(REPEATS + 1)][1:])


def _shown(page: Page, url: str, selector: str) -> dict[str, Any]:
    page.goto(url)
    page.wait_for_selector(selector, state="attached", timeout=ANSWERED_MS)
    return {
        "shown": page.evaluate(_SHOWN),
        "loaded": page.evaluate(_LOADED),
        "answers": page.evaluate(_ANSWERED),
    }


def _panned(browser: Browser, state: Any, url: str) -> list[float]:
    """How long each frame took (ms) while a chart was dragged."""
    with _page(browser, state, DRAWN) as page:
        _shown(page, url, DRAWN)
        frames: list[float] = page.evaluate(_PAN, PAN_S * 1000)
        return frames


@contextmanager
def _page(browser: Browser, state: Any, selector: str) -> Iterator[Page]:
    context = browser.new_context(
        storage_state=state,
        viewport={"width": 1440, "height": 900},
        timezone_id="Asia/Shanghai",
        locale="zh-CN",  # as the person reads
        service_workers="block",
    )
    context.add_init_script(_WATCH.replace("SELECTOR", json.dumps(selector)))
    yield context.new_page()
    context.close()


@contextmanager
def _browser(chromium: str) -> Iterator[Browser]:
    with import_module("playwright.sync_api").sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield browser
        browser.close()


def _middle(of: Iterable[float]) -> float:
    return round(statistics.median(of), 1)

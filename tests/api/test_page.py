"""How the page is served: what may be kept for how long, what is refused, and that it hides nothing of the API."""

from __future__ import annotations

import asyncio
import gzip
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api import page_fields
from api.page import PageRoute
from api.page_words import words
from texts import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]


class Asked:
    """Asks an application without a server."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def get(self, path: str, **more: Any) -> httpx.Response:
        """GET."""
        return asyncio.run(self._ask("GET", path, **more))

    def post(self, path: str, **more: Any) -> httpx.Response:
        """POST."""
        return asyncio.run(self._ask("POST", path, **more))

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        transport = httpx.ASGITransport(app=self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://page.example") as client:
            return await client.request(method, path, **more)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page as Vite builds it, in miniature."""
    (tmp_path / "assets").mkdir()
    (tmp_path / ".vite").mkdir()
    (tmp_path / ".vite/manifest.json").write_text("{}", "utf-8")
    (tmp_path / "index.html").write_text('<meta nonce="@NONCE@"><title>page</title>', "utf-8")
    (tmp_path / "assets/a-1.js").write_text("plain", "utf-8")
    (tmp_path / "assets/a-1.js.gz").write_bytes(gzip.compress(b"plain"))
    (tmp_path / "icon.svg").write_text("<svg/>", "utf-8")
    monkeypatch.setattr("api.page.CHECKOUT", tmp_path)
    return tmp_path


@pytest.fixture
def site() -> Any:
    """An application whose only operation is below /api/."""
    app = FastAPI()
    app.get("/api/v1/thing")(lambda: {"thing": 1})
    app.router.default = PageRoute()
    return Asked(app)


def test_each_answer_has_a_number_of_its_own(folder: Path, site: Any) -> None:
    """The policy names the number that stands in the page, never the same twice, and nothing from outside is let in."""
    seen = set()
    for path in ("/", "/desk", "/desk/KW-1", "/places/zones/a%20b"):
        answer: httpx.Response = site.get(path)
        policy = answer.headers["content-security-policy"]
        nonce = re.findall(r'nonce="([^"]+)"', answer.text)
        assert answer.status_code == 200
        assert f"'nonce-{nonce[0]}'" in policy
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "://" not in policy
        assert answer.headers["cache-control"] == "no-cache"
        seen.add(nonce[0])
    assert len(seen) == 4


def test_files_are_kept_as_long_as_their_name_stands(folder: Path, site: Any) -> None:
    """A file with its hash in its name is kept for ever, packed where the browser takes it; others are asked for again."""
    packed = site.get("/assets/a-1.js", headers={"Accept-Encoding": "gzip"})
    assert "immutable" in packed.headers["cache-control"]
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-type"].startswith("text/javascript")
    plain = site.get("/assets/a-1.js", headers={"Accept-Encoding": "identity"})
    assert (plain.text, "content-encoding" in plain.headers) == ("plain", False)
    assert site.get("/icon.svg").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/nothing", "/api", "/metrics/x", "/assets/gone.js", "/logo.png", "/.vite/manifest.json", "/assets/a-1.js/x.css",
        "/assets/..%2f..%2fetc/passwd.json", "/assets/..%2findex.html.json", "/assets//a-1.js", "/assets/%00.js", "/assets/..%5ca-1.js",
    ],
)  # fmt: skip
def test_what_is_not_there_stays_a_problem(folder: Path, site: Any, path: str) -> None:
    """Neither an unknown operation nor a missing file is answered with the page."""
    answer = site.get(path)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_built_anew_while_it_is_served(folder: Path, site: Any) -> None:
    """An update: what was removed is missing at once and for nobody to remember, what is new is there, and the page is never blank."""
    assert site.get("/assets/a-1.js").text == "plain"
    assert "page" in site.get("/desk").text
    for gone in ("assets/a-1.js", "assets/a-1.js.gz", "index.html"):
        (folder / gone).unlink()
    missing = site.get("/assets/a-1.js")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert missing.headers["content-type"].startswith("application/problem+json")
    assert missing.headers["cache-control"] == "no-store"
    assert "page" in site.get("/desk").text
    (folder / "assets/a-2.js").write_text("newer", "utf-8")
    (folder / "index.html").write_text("<title>newer page</title>", "utf-8")
    assert site.get("/assets/a-2.js").text == "newer"
    assert "newer page" in site.get("/desk").text


def test_the_page_takes_nothing(folder: Path, site: Any) -> None:
    """Whoever sends something to an address of the page is told that it cannot."""
    assert site.post("/desk", json={}).status_code == 405


def test_not_built(folder: Path, site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a built page the first address says how to build it, and the API answers as ever."""
    monkeypatch.setattr("api.page.CHECKOUT", folder / "nowhere")
    answer = site.get("/")
    assert answer.status_code == 200
    assert "make" in answer.text
    assert site.get("/desk").status_code == 404
    assert site.get("/api/v1/thing").json() == {"thing": 1}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_words_are_those_of_the_catalogue(lang: Any) -> None:
    """The page calls things as messages and the API do: words.json is what `python -m api.page_words` writes."""
    assert (ROOT / "web/src/texts" / lang / "words.json").read_text("utf-8") == words(lang)


def test_the_forms_are_those_of_the_registry() -> None:
    """What the page asks for is what the API takes: the files are what `python -m api.page_fields` writes."""
    source = ROOT / "web/src"
    assert (source / "views/setup/shapes.json").read_text("utf-8") == page_fields.shapes()
    for lang in LANGUAGES:
        assert (source / f"texts/{lang}/fields.json").read_text("utf-8") == page_fields.words(lang)

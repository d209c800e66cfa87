"""A client of the public API, for the demonstration and the measurements."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

TIMEOUT_S = 10.0


class NoAnswerError(Exception):
    """Raised when the API does not answer, or not as it should."""


class ApiClient:
    """Reads from one API with one key."""

    def __init__(self, address: str, key: str, language: str = "en") -> None:
        self._address = address
        self._headers = {"Authorization": f"Bearer {key}", "Accept-Language": language}

    def get(self, path: str, **query: Any) -> Any:
        """The answer to a GET, decoded.

        Raises:
            NoAnswerError: nobody answers, or the answer is a problem.
        """
        try:
            return json.loads(self.text(path, **query))
        except ValueError as error:
            raise NoAnswerError(f"{path}: {error}") from error

    def text(self, path: str, **query: Any) -> str:
        """The answer to a GET as it came.

        Raises:
            NoAnswerError: nobody answers, or the answer is a problem.
        """
        given = {name: value for name, value in query.items() if value is not None}
        url = f"{self._address}{path}{'?' + urlencode(given) if given else ''}"
        try:
            with urlopen(Request(url, headers=self._headers), timeout=TIMEOUT_S) as answer:
                return str(answer.read().decode())
        except HTTPError as error:
            raise NoAnswerError(
                f"{path}: {error.code} {error.read()[:300].decode(errors='replace')}"
            ) from error
        except (URLError, HTTPException, TimeoutError, OSError) as error:
            raise NoAnswerError(f"{path}: {error}") from error

    def all(self, path: str, **query: Any) -> Iterator[Any]:
        """Every item of a list, page by page."""
        cursor = None
        while True:
            page = self.get(path, cursor=cursor, limit=200, **query)
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def ready(self) -> bool:
        """Whether every part says that it is ready."""
        try:
            self.get("/readyz")
        except NoAnswerError:
            return False
        return True

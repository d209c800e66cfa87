"""Everything that can go wrong over HTTP, as problem+json (RFC 9457): one table code → status, texts per language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api.languages import language
from api.views import EventView
from detect.nouns import Json
from texts import Language, render


class Code(StrEnum):
    """What went wrong. The names are part of the contract (`code`, and the end of `type`)."""

    MALFORMED = "malformed"
    BAD_CURSOR = "bad_cursor"
    UNAUTHENTICATED = "unauthenticated"
    LOGIN_FAILED = "login_failed"
    FORBIDDEN = "forbidden"
    CROSS_SITE = "cross_site"
    PASSWORD_CHANGE_DUE = "password_change_due"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    KEY_TAKEN = "key_taken"
    IN_USE = "in_use"
    OVERLAP = "overlap"
    TRUNCATED = "truncated"
    TRANSITION_REFUSED = "transition_refused"
    ALARM_REFUSED = "alarm_refused"
    SCAN_REFUSED = "scan_refused"
    IMPORT_REFUSED = "import_refused"
    MODEL_REFUSED = "model_refused"
    CHANGED_MEANWHILE = "changed_meanwhile"
    TOO_LARGE = "too_large"
    INVALID = "invalid"
    REASON_REQUIRED = "reason_required"
    KEY_REUSED = "idempotency_key_reused"
    IF_MATCH_REQUIRED = "if_match_required"
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    INTERNAL = "internal"
    BUSY = "busy"
    NOT_READY = "not_ready"
    BROKER_AWAY = "broker_away"
    TOPICS_REFUSED = "topics_refused"


STATUS: Mapping[Code, int] = {
    Code.MALFORMED: 400,
    Code.BAD_CURSOR: 400,
    Code.UNAUTHENTICATED: 401,
    Code.LOGIN_FAILED: 401,
    Code.FORBIDDEN: 403,
    Code.CROSS_SITE: 403,
    Code.PASSWORD_CHANGE_DUE: 403,
    Code.NOT_FOUND: 404,
    Code.METHOD_NOT_ALLOWED: 405,
    Code.KEY_TAKEN: 409,
    Code.IN_USE: 409,
    Code.OVERLAP: 409,
    Code.TRUNCATED: 409,
    Code.TRANSITION_REFUSED: 409,
    Code.ALARM_REFUSED: 409,
    Code.SCAN_REFUSED: 409,
    Code.IMPORT_REFUSED: 409,
    Code.MODEL_REFUSED: 409,
    Code.CHANGED_MEANWHILE: 412,
    Code.TOO_LARGE: 413,
    Code.INVALID: 422,
    Code.REASON_REQUIRED: 422,
    Code.KEY_REUSED: 422,
    Code.IF_MATCH_REQUIRED: 428,
    Code.TOO_MANY_ATTEMPTS: 429,
    Code.INTERNAL: 500,
    Code.BUSY: 503,
    Code.NOT_READY: 503,
    Code.BROKER_AWAY: 503,
    Code.TOPICS_REFUSED: 409,
}

HEADERS: Mapping[Code, dict[str, str]] = {
    Code.UNAUTHENTICATED: {"WWW-Authenticate": 'Bearer realm="keepwell"'},
    Code.LOGIN_FAILED: {"WWW-Authenticate": 'Session realm="keepwell"'},
    Code.TOO_MANY_ATTEMPTS: {"Retry-After": "900"},
    Code.TOO_LARGE: {"Connection": "close"},
    Code.BUSY: {"Retry-After": "1"},
}

MEDIA_TYPE = "application/problem+json"


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong with a request: where it stands, its code, and a sentence."""

    location: str
    """A place in the request: `body/limits/0/limit`, `query/from`, `path/key`, `header/if-match`."""
    code: str
    message: str


class ProblemView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A problem as it goes over the wire (RFC 9457); `type` and `code` are stable, the sentences follow Accept-Language."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str
    errors: list[Fault] = []
    parts: dict[str, str] = {}
    """Only for `not_ready`: which part is not ready, and why."""
    refusal: str = ""
    """Only for `transition_refused`, `alarm_refused` and `scan_refused`: the named reason."""
    meanwhile: list[EventView] = []
    """Only for an act on a ticket that moved on: what others did to it meanwhile, as far as one may know."""


class Problem(Exception):
    """Raised by routes to answer with a problem.

    Args:
        code: What went wrong.
        params: What the sentence `problem.<code>.detail` needs.
        faults: (location, code of `invalid.…` or with a dot a whole message code, parameters) of everything that is
            wrong with the request.
        parts: Parts that are not ready, with the reason.
        refusal: The named reason why a ticket cannot take a step, or two scans place nothing.
        sentence: The message code of the detail; without it `problem.<code>.detail`.
    """

    def __init__(
        self,
        code: Code,
        params: Mapping[str, Json] | None = None,
        faults: Sequence[tuple[str, str, Mapping[str, Json]]] = (),
        parts: Mapping[str, str] | None = None,
        refusal: str = "",
        sentence: str = "",
    ) -> None:
        super().__init__(code)
        self.code = code
        self.params = dict(params or {})
        self.faults = tuple(faults)
        self.parts = dict(parts or {})
        self.refusal = refusal
        self.meanwhile: list[EventView] = []
        """What others did meanwhile."""
        self.sentence = sentence or f"problem.{code}.detail"


def invalid(location: str, code: str, **params: Json) -> Problem:
    """A request with one wrong field."""
    return Problem(Code.INVALID, {"n": 1}, [(location, code, params)])


def answer(request: Request, problem: Problem) -> Response:
    """The problem as a response, in the language the request asks for."""
    lang = language(request.headers.get("accept-language", ""))
    view = problem_view(problem, lang, request.url.path)
    headers = {"Content-Language": lang, "Vary": "Accept-Language", "Cache-Control": "no-store"}
    body = msgspec.json.encode(view)
    return Response(body, view.status, headers | _headers(problem), MEDIA_TYPE)


def _headers(problem: Problem) -> dict[str, str]:
    """The headers of its code; how long to wait, where that is known."""
    wait_s = problem.params.get("wait_s")
    return HEADERS.get(problem.code, {}) | ({"Retry-After": str(wait_s)} if wait_s is not None else {})


def problem_view(problem: Problem, lang: Language, instance: str) -> ProblemView:
    """The problem as it goes over the wire."""
    return ProblemView(
        type=f"urn:keepwell:problem:{problem.code}",
        title=render(f"problem.{problem.code}.title", {}, lang),
        status=STATUS[problem.code],
        code=problem.code,
        detail=render(problem.sentence, problem.params, lang),
        instance=printable(instance),
        errors=[
            Fault(printable(where), what, render(what if "." in what else f"invalid.{what}", params, lang))
            for where, what, params in problem.faults
        ],
        parts=problem.parts,
        refusal=problem.refusal,
        meanwhile=problem.meanwhile,
    )


def printable(text: Any) -> str:
    """Text from outside as it may stand in an answer: valid Unicode, no control characters, at most 200 long."""
    clean = str(text)[:200].encode("utf-8", "replace").decode()
    return "".join(char if char.isprintable() else "?" for char in clean)

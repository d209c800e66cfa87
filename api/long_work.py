"""Long work over HTTP: asked for with 202, looked at until it is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.encoding import JsonAnswer
from api.guard import PREFIX
from api.languages import language
from api.problems import Code, Problem
from api.state import State, state_of
from api.views_models import job_view
from registry.nouns import Principal, uuid7
from store.repositories.long_jobs import Job, JobKind, LongJobRepository


async def asked_for(
    request: Request, asker: Principal, kind: JobKind, asked: Mapping[str, Any], path: str
) -> Response:
    """Note what is to be done, and begin it as soon as what was asked for before is done."""
    state = state_of(request)
    now_us = state.services.now_us()
    job = Job(uuid7(now_us), kind, asker.name, now_us, now_us, dict(asked))
    await state.write(lambda connection: LongJobRepository(connection).add(job))
    state.services.long_jobs.begin(job.id)
    view = job_view(job, language(request.headers.get("accept-language", "")))
    return JsonAnswer(view, 202, {"Location": f"{PREFIX}{path}/{job.id}"})


async def find_job(state: State, kind: JobKind, id: str) -> Job:
    """A piece of work of a kind.

    Raises:
        Problem: not_found.
    """
    job = await state.read(lambda connection: LongJobRepository(connection).get(id))
    if job is None or job.kind is not kind:
        raise Problem(Code.NOT_FOUND)
    return job

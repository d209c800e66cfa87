"""The application: every operation behind the gate, every error a problem, one document that describes them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.edge import Edge
from api.faults import faults_of
from api.openapi import document
from api.page import PageRoute
from api.problems import Code, Problem, answer
from api.routes import (
    alarm_quality,
    alarms,
    backtests,
    bulk,
    changes,
    compensation,
    conditions,
    dead_letters,
    derived,
    dispatch,
    equipment,
    events,
    exposure,
    findings,
    forecasts,
    gateways,
    goods,
    health,
    hooks,
    imports,
    journeys,
    keys,
    labels,
    lags,
    ledger,
    links,
    lists,
    live,
    logger_files,
    maintenance,
    mapping_trials,
    mappings,
    me,
    models,
    outbox,
    outlook,
    overview,
    photos,
    placements,
    policies,
    quality,
    readings,
    receipts,
    registry,
    reports,
    requirements,
    rules,
    scans,
    setting_up,
    telling,
    ticket_lists,
    tickets,
    users,
    verdicts,
    webhooks,
)
from api.services import Services
from api.state import State
from store.readings.errors import ColdTierDown, StoreAbsent, StoreDamaged
from store.service import BUSY

_HOUSE_S = 60.0
_NAMES = {StoreAbsent: "absent", StoreDamaged: "damaged", ColdTierDown: "cold_tier_down"}
"""What the readings cannot be asked for, by name."""
_log = logging.getLogger("keepwell.api")
_VERSIONED = (
    gateways.router, live.router, overview.router, changes.router, conditions.router, equipment.router, registry.router, placements.router, readings.router, derived.router, findings.router, forecasts.router, outlook.router, alarms.router, ticket_lists.router, tickets.router, photos.router,
    ledger.router, dead_letters.router, events.router, keys.router, logger_files.router, requirements.router, exposure.router, reports.router, lags.router, rules.router, scans.router, goods.router, journeys.router, labels.router,
    imports.router, bulk.router, lists.router, quality.router, maintenance.router, alarm_quality.router, dispatch.router,
    mapping_trials.router, mappings.router, models.router, backtests.router, verdicts.router,
    webhooks.router, hooks.router, hooks.by_hook, links.router, links.by_link,
    me.public, setting_up.public, me.router, users.router,
    policies.router, compensation.router, outbox.router, telling.router,
)  # fmt: skip


def create_app(services: Services, *, docs: bool = False) -> FastAPI:
    """The application over `services`. `docs` serves a page to try it out at /docs (its scripts come from outside)."""
    state = State(services)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(_keep_house(state))
        await state.pool(state.logger_jobs.resume)
        await state.pool(services.imports.take_up)
        await state.pool(services.long_jobs.take_up)
        yield
        task.cancel()
        state.close()

    app = FastAPI(
        docs_url="/docs" if docs else None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.keepwell = state
    describe(app)
    app.router.default = PageRoute()
    _handle_errors(app)
    app.add_middleware(Edge, figures=state.figures)
    return app


def describe(app: FastAPI) -> None:
    """All operations, and the document about them."""
    # As they are: to include a router would build each of its routes, with all it validates, once more for every application.
    for router in (health.public, receipts.public, health.router, *_VERSIONED):
        app.router.routes.extend(router.routes)
    app.openapi = document(app)  # type: ignore[method-assign]


_TRIED_AGAIN: tuple[type[Exception], ...] = (*BUSY, Problem)


async def _keep_house(state: State) -> None:
    """What is written down now and then. A database that is away is tried again the next time."""
    while True:
        await asyncio.sleep(_HOUSE_S)
        try:
            await state.note_uses()
        except _TRIED_AGAIN:
            _log.warning("last use of keys not written down: the service database is busy")


def _handle_errors(app: FastAPI) -> None:
    """Every error becomes a problem; what is not named here is caught by `Edge`."""

    async def problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return answer(request, error)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(request, faults_of(error))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = {404: Code.NOT_FOUND, 405: Code.METHOD_NOT_ALLOWED}.get(error.status_code, Code.MALFORMED)
        found = answer(request, Problem(code))
        found.headers.update(error.headers or {})
        return found

    async def store_away(request: Request, error: Exception) -> Response:
        return answer(
            request, Problem(Code.NOT_READY, {"parts": "readings"}, parts={"readings": _NAMES[type(error)]})
        )

    async def busy(request: Request, _: Exception) -> Response:
        return answer(request, Problem(Code.BUSY))

    app.add_exception_handler(Problem, problem)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    for passing in BUSY:
        app.add_exception_handler(passing, busy)
    for kind in _NAMES:
        app.add_exception_handler(kind, store_away)

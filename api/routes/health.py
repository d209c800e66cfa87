"""Is the process alive, is it ready for work, and its metrics."""

from __future__ import annotations

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from api.encoding import JsonAnswer
from api.guard import GuardedRoute
from api.openapi import operation, plain
from api.policy import Act
from api.problems import Code, Problem
from api.services import Check
from api.state import state_of
from api.views import HealthView

public = APIRouter(tags=["health"])
"""Without a key: probes of orchestrators have none, and the answers name parts and reasons only."""
router = APIRouter(route_class=GuardedRoute, tags=["health"])


@public.get("/healthz", **plain(HealthView, {"status": "ok", "parts": {}}))
async def healthz() -> Response:
    """The process answers. Nothing else is asked."""
    return JsonAnswer(HealthView("ok", {}))


@public.get("/readyz", **plain(HealthView, {"status": "ok", "parts": {"readings": "ready"}}, Code.NOT_READY))
async def readyz(request: Request) -> Response:
    """Every part is ready for work; else a problem that names the parts that are not, and why."""
    state = state_of(request)
    reasons = {check.part: await state.pool(_reason, check) for check in state.services.checks}
    missing = {part: reason for part, reason in reasons.items() if reason is not None}
    if missing:
        raise Problem(Code.NOT_READY, {"parts": ", ".join(sorted(missing))}, parts=missing)
    return JsonAnswer(HealthView("ok", dict.fromkeys(reasons, "ready")))


@router.get("/metrics", **operation(Act.READ_METRICS, also={"text/plain": "keepwell_http_streams 0.0"}))
async def metrics(request: Request) -> Response:
    """Figures in the text format of Prometheus."""
    state = state_of(request)
    text = await state.pool(generate_latest, state.prometheus)
    return Response(text, headers={"Cache-Control": "no-store"}, media_type=CONTENT_TYPE_LATEST)


def _reason(check: Check) -> str | None:
    """Why a part is not ready. A check that fails is a part that is not ready: the probe itself must not fail."""
    try:
        return check.ask()
    except Exception as error:  # noqa: BLE001
        return f"check_failed:{type(error).__name__}"

"""Trained models: listed, trained, moved between stages; what those in the shadow found."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api import examples_models as examples
from api.encoding import JsonAnswer
from api.examples import FINDINGS
from api.guard import PREFIX, Asker, GuardedRoute, may
from api.languages import language
from api.long_work import asked_for, find_job
from api.models_wire import ModelActIn, TrainIn
from api.openapi import operation
from api.pages import Cursor, Limit, Page, cut, next_link, read_cursor, write_cursor
from api.policy import Act
from api.problems import Code, Problem
from api.refusals import as_problems
from api.state import State, state_of
from api.ticket_text import finding_view
from api.versions import IfMatch, any_version, etag
from api.views_desk import FindingView
from api.views_models import JobView, ModelFull, ModelView, job_view, model_full, model_view
from detect.models.nouns import Model, Stage
from detect.models.stages import ModelAct, ModelRefusal, acts_of, after, due
from ingest.nouns import US_PER_DAY
from registry.nouns import Principal
from store.repositories.long_jobs import JobKind
from store.repositories.models import ModelRepository, shadow_of
from store.repositories.records import By

router = APIRouter(prefix=PREFIX, route_class=GuardedRoute, tags=["models"])

Id = Annotated[str, Path(pattern="^[0-9a-f-]{36}$")]
_MOST_FINDINGS = 500


@router.get(
    "/models", **operation(Act.READ_MODELS, Page[ModelView], examples.MODELS, problems=(Code.BAD_CURSOR,))
)
async def list_models(
    request: Request,
    asker: Asker,
    name: Annotated[str | None, Query(max_length=300)] = None,
    stage: Stage | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Trained models, the latest first."""
    state = state_of(request)
    before = read_cursor(request, cursor, str)
    rows = await state.read(
        lambda connection: ModelRepository(connection).page(before, limit + 1, name, stage)
    )
    shown, last = cut(rows, limit)
    following = write_cursor(request, last.card.id) if last else None
    return JsonAnswer(
        Page([model_view(row) for row in shown], following), headers=next_link(request, following)
    )


@router.post("/models", **operation(Act.MANAGE_MODELS, JobView, examples.TRAINING, status=202))
async def train_model(request: Request, asker: Asker, body: TrainIn) -> Response:
    """Train a model for a device, a zone or all goods of a profile. It says nothing before somebody puts it into the shadow."""
    to_us = body.to or state_of(request).services.now_us()
    asked = {
        "scope": body.scope, "from_us": to_us - body.days * US_PER_DAY, "to_us": to_us, "reason": body.reason
    }  # fmt: skip
    return await asked_for(request, asker, JobKind.TRAINING, asked, "/models/trainings")


@router.get(
    "/models/trainings/{id}",
    **operation(Act.READ_MODELS, JobView, examples.TRAINING, problems=(Code.NOT_FOUND,)),
)
async def read_training(request: Request, asker: Asker, id: Id) -> Response:
    """How far a training is, and which model came of it."""
    job = await find_job(state_of(request), JobKind.TRAINING, id)
    return JsonAnswer(job_view(job, language(request.headers.get("accept-language", ""))))


@router.get(
    "/models/{id}", **operation(Act.READ_MODELS, ModelFull, examples.MODEL_FULL, problems=(Code.NOT_FOUND,))
)
async def read_model(request: Request, asker: Asker, id: Id) -> Response:
    """A model with its card: on what it was trained, where it stood when, whether its file is what was written."""
    return await _answer(state_of(request), asker, id)


@router.get(
    "/models/{id}/shadow-findings",
    **operation(Act.READ_MODELS, list[FindingView], FINDINGS["items"], problems=(Code.NOT_FOUND,)),
)
async def list_shadow_findings(request: Request, asker: Asker, id: Id) -> Response:
    """What a model found while it was in the shadow, the latest first, at most 500: no alarm and no ticket came of it."""
    state = state_of(request)
    model, _ = await _find(state, id)
    found = await state.read(lambda connection: shadow_of(connection, model.card.label))
    return JsonAnswer([finding_view(finding) for finding in found[:_MOST_FINDINGS]])


@router.post(
    "/models/{id}/acts",
    **operation(
        Act.MANAGE_MODELS, ModelFull, examples.MODEL_FULL,
        problems=(Code.NOT_FOUND, Code.MODEL_REFUSED, Code.CHANGED_MEANWHILE),
    ),
)  # fmt: skip
async def move_model(
    request: Request, asker: Asker, id: Id, body: ModelActIn, if_match: IfMatch = None
) -> Response:
    """Put a model into the shadow, promote it, roll back to the one before, retire, freeze or thaw it."""
    state, revision = state_of(request), any_version(if_match)
    by = By(asker.name, state.services.now_us(), body.reason)
    act = ModelAct(body.act)
    if act in {ModelAct.SHADOW, ModelAct.PROMOTE}:
        await _permit_file(state, id)

    def move(connection: Any) -> None:
        repository = ModelRepository(connection)
        model = repository.get(id)
        if model is None:
            raise Problem(Code.NOT_FOUND)
        moved = after(act, model, _others(repository, model), by.time_us)
        if isinstance(moved, ModelRefusal):
            params = {
                "reason": f"models.refused.{moved}",
                "stage": f"models.stage.{model.stage}",
                "model": model.card.label,
            }
            raise Problem(Code.MODEL_REFUSED, params, refusal=str(moved))
        with as_problems():
            repository.move(str(act), moved, by, revision, id)

    await state.write(move)
    return await _answer(state, asker, id)


async def _permit_file(state: State, id: str) -> None:
    """A model whose file is refused can neither judge in the shadow nor speak."""
    model, _ = await _find(state, id)
    complaint = await state.pool(state.services.model_complaint, model)
    if complaint is not None:
        raise Problem(Code.MODEL_REFUSED, {"why": complaint}, sentence="models.refused_file", refusal="file")


async def _answer(state: State, asker: Principal, id: str) -> Response:
    model, others = await _find(state, id)
    complaint = await state.pool(state.services.model_complaint, model)
    acts = [str(act) for act in acts_of(model, others)] if may(asker, Act.MANAGE_MODELS) else []
    return JsonAnswer(
        model_full(model, complaint or "intact", acts, is_due=due(model, others, state.services.now_us())),
        headers=etag(model.revision),
    )


async def _find(state: State, id: str) -> tuple[Model, list[Model]]:
    """A model, and the other versions of its name."""

    def ask(connection: Any) -> tuple[Model, list[Model]] | None:
        repository = ModelRepository(connection)
        model = repository.get(id)
        return (model, _others(repository, model)) if model else None

    found = await state.read(ask)
    if found is None:
        raise Problem(Code.NOT_FOUND)
    return found


def _others(repository: ModelRepository, model: Model) -> list[Model]:
    return [one for one in repository.versions(model.card.name) if one.card.id != model.card.id]

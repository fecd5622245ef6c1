"""The ASGI application: every route under one guard, and one document that describes them."""

from typing import Any, Final

from fastapi import APIRouter, Depends, FastAPI

from tidegate import __version__
from tidegate.api import openapi, problems
from tidegate.api.caller import current_caller
from tidegate.api.guard import PREFIX, Guard, mount_path, public_url
from tidegate.api.problems import documented
from tidegate.api.routes import (
    credentials,
    errors,
    execution_data,
    execution_export,
    executions,
    health,
    item_files,
    language,
    listening,
    metrics,
    nodes,
    numbers,
    oversight,
    projects,
    schedules,
    session,
    sign_in_ways,
    stream,
    users,
    versions,
    workflows,
)
from tidegate.api.web import WebFiles
from tidegate.app import App
from tidegate.services.identity.oidc import OidcSignIn
from tidegate.services.identity.throttle import Throttle
from tidegate.triggers.service import Triggers
from tidegate.worker.service import WorkerService

PUBLIC: Final = (session.public, sign_in_ways.public)
"""The routes that answer strangers: signing in, and following a one-time link."""

ROUTERS: Final = (
    session.router,
    sign_in_ways.router,
    users.router,
    projects.router,
    workflows.router,
    versions.router,
    numbers.router,
    execution_export.router,
    listening.router,
    schedules.router,
    executions.router,
    execution_data.router,
    item_files.router,
    nodes.router,
    language.router,
    errors.router,
    credentials.router,
    oversight.router,
    stream.router,
)
"""All other routes: they answer nobody who is not known."""


def create_api(app: App, worker: WorkerService, triggers: Triggers) -> tuple[FastAPI, Guard]:
    """The application and the guard around it, which is what is served."""
    api = described_api()
    api.state.tidegate, api.state.worker, api.state.throttle = app, worker, Throttle()
    api.state.triggers = triggers
    api.state.oidc = OidcSignIn(app)
    problems.install(api, app)
    server = app.settings.server
    api.router.default = WebFiles(api.router.default, mount_path(server), public_url(server))
    return api, Guard(api, app.settings.server, app.metrics)


def described_api() -> FastAPI:
    """The application with its routes, without anything to work with."""
    api = FastAPI(
        title="Tidegate",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    api.include_router(health.router)
    api.include_router(
        metrics.router, responses=documented(401, 403), dependencies=[Depends(current_caller)]
    )
    common = documented(400, 413, 421, 422, 500, 503)
    for router in PUBLIC:
        api.include_router(router, prefix=PREFIX, responses=common)
    known = documented(401, 403) | common
    api.include_router(stream.socket, prefix=PREFIX)  # it asks by itself who calls
    for router in (*ROUTERS, _description()):
        api.include_router(
            router, prefix=PREFIX, responses=known, dependencies=[Depends(current_caller)]
        )
    openapi.install(api)
    return api


def _description() -> APIRouter:
    router = APIRouter(tags=["description"])

    @router.get("/openapi.json")
    async def describe() -> dict[str, Any]:
        """Describe this API (OpenAPI 3.1)."""
        return openapi_document()

    return router


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document, without a server."""
    document: dict[str, Any] = described_api().openapi()
    return document

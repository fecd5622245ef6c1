"""What routes are given: the app, its worker, and the address of the server."""

from typing import Annotated

from fastapi import Depends, Request

from tidegate.api.guard import allowed_hosts, public_url
from tidegate.app import App
from tidegate.services.identity.oidc import OidcSignIn
from tidegate.services.identity.throttle import Throttle
from tidegate.triggers.service import Triggers
from tidegate.worker.service import WorkerService


def app_of(request: Request) -> App:
    """The app that the server was made for."""
    app: App = request.app.state.tidegate
    return app


def worker_of(request: Request) -> WorkerService:
    """The worker of this process."""
    worker: WorkerService = request.app.state.worker
    return worker


def triggers_of(request: Request) -> Triggers:
    """What starts executions by itself in this process."""
    triggers: Triggers = request.app.state.triggers
    return triggers


def throttle_of(request: Request) -> Throttle:
    """What slows down whoever guesses passwords."""
    throttle: Throttle = request.app.state.throttle
    return throttle


def url_of(request: Request) -> str:
    """The address of the server, for links."""
    known = public_url(app_of(request).settings.server)
    return known or str(request.base_url).rstrip("/")


def mail_url_of(request: Request) -> str | None:
    """The address of the server for links that are mailed; None: whoever calls could choose it."""
    settings = app_of(request).settings.server
    if not settings.public_urls and allowed_hosts(settings) is None:
        return None
    return url_of(request)


def oidc_of(request: Request) -> OidcSignIn:
    """What signs people in by a provider."""
    oidc: OidcSignIn = request.app.state.oidc
    return oidc


AppDep = Annotated[App, Depends(app_of)]
TriggersDep = Annotated[Triggers, Depends(triggers_of)]
WorkerDep = Annotated[WorkerService, Depends(worker_of)]
ThrottleDep = Annotated[Throttle, Depends(throttle_of)]
UrlDep = Annotated[str, Depends(url_of)]
MailUrlDep = Annotated[str | None, Depends(mail_url_of)]
OidcDep = Annotated[OidcSignIn, Depends(oidc_of)]

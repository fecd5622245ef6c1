"""Ways to sign in beside a password alone: a provider, a second factor, a link by mail."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query, Request
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from tidegate.api.bodies import Body, Id, Line, StrictRoute
from tidegate.api.caller import CallerDep, check_origin, give_cookie, is_tls, network_of
from tidegate.api.dependencies import AppDep, MailUrlDep, OidcDep, ThrottleDep, UrlDep
from tidegate.api.problems import documented
from tidegate.app import App
from tidegate.errors import Conflict
from tidegate.services import notifications
from tidegate.services.identity import second_factor, users
from tidegate.services.identity.oidc import CALLBACK, PENDING_SECONDS
from tidegate.store import accounts

public = APIRouter(tags=["session"], route_class=StrictRoute)
router = APIRouter(tags=["session"], route_class=StrictRoute)

OIDC_COOKIE = "tidegate_oidc"
Secret = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[str, Field(min_length=6, max_length=20)]
Parameter = Annotated[str | None, Query(max_length=4000)]


class SignInWays(BaseModel):
    """What a page for signing in offers."""

    oidc: bool = Field(description="By a provider: send the browser to `/api/v1/oidc/start`.")
    mail: bool = Field(description="Whether a forgotten password can be replaced by mail.")
    needs_owner: bool = Field(description="Nobody has an account yet.")


class ResetWished(BaseModel):
    """What is said whether or not there is such a person."""

    detail: str = "If there is an account with this address, a mail is on its way."


class ForgottenPassword(Body):
    """Whose password was forgotten."""

    email: Line


class PasswordGiven(Body):
    """One's password, once more."""

    password: Secret


class CodeGiven(Body):
    """A code that an authenticator app shows."""

    code: Code


class BothGiven(PasswordGiven):
    """One's password and a code, or a recovery code."""

    code: Code


class SecondFactorBegun(BaseModel):
    """What an authenticator app needs; it is shown this once."""

    secret: str
    uri: str


class RecoveryCodes(BaseModel):
    """Codes for when the app is lost; each works once, and they are shown this once."""

    recovery_codes: list[str]


@public.get("/session/ways")
async def sign_in_ways(app: AppDep, oidc: OidcDep) -> SignInWays:
    """Say how one can sign in here."""
    has_users = await app.database.read(accounts.has_users)
    mail = notifications.can_mail(app)
    return SignInWays(oidc=oidc.is_offered, mail=mail, needs_owner=not has_users)


@public.get(
    "/oidc/start",
    status_code=303,
    response_class=RedirectResponse,
    responses=documented(409),
)
async def start_oidc(app: AppDep, oidc: OidcDep, url: UrlDep) -> RedirectResponse:
    """Send the browser to the provider."""
    begun = await oidc.begin(url)
    response = RedirectResponse(begun.url, 303)
    response.set_cookie(
        OIDC_COOKIE,
        begun.cookie,
        max_age=PENDING_SECONDS,
        path=CALLBACK,
        httponly=True,
        samesite="lax",
        secure=is_tls(app),
    )
    return response


@public.get(
    "/oidc/callback",
    status_code=303,
    response_class=RedirectResponse,
    responses=documented(401),
)
async def finish_oidc(
    request: Request,
    app: AppDep,
    oidc: OidcDep,
    url: UrlDep,
    state: Parameter = None,
    code: Parameter = None,
    iss: Parameter = None,
    error: Parameter = None,
) -> RedirectResponse:
    """Take the browser back from the provider: the answer sets the session's cookie."""
    given = {"state": state, "code": code, "iss": iss, "error": error}
    answer = {name: value for name, value in given.items() if value is not None}
    token = await oidc.finish(url, answer, request.cookies.get(OIDC_COOKIE), network_of(request))
    app.metrics.signed_in("succeeded")
    response = RedirectResponse(f"{url}/", 303)
    response.delete_cookie(OIDC_COOKIE, path=CALLBACK)
    give_cookie(response, app, token)
    return response


@public.post("/password_resets", status_code=202, responses=documented(403, 409, 429))
async def forgot_password(
    body: ForgottenPassword,
    request: Request,
    app: AppDep,
    throttle: ThrottleDep,
    url: MailUrlDep,
    later: BackgroundTasks,
) -> ResetWished:
    """Mail somebody a link to choose another password; the answer says nothing about whether."""
    if "origin" in request.headers:
        check_origin(request, app)
    if not notifications.can_mail(app):
        raise Conflict("this server sends no mail; ask an admin, or use: tidegate users reset")
    if url is None:
        raise Conflict("this server does not know its address; set server.public_urls")
    person, network = f"reset {body.email.strip().lower()}", f"reset {network_of(request)}"
    throttle.check(person, network)
    throttle.failed(person, network)
    later.add_task(_mail_reset, app, body.email, url)
    return ResetWished()


async def _mail_reset(app: App, email: str, url: str) -> None:
    token = await users.wish_reset(app, email)
    if token is not None:
        text = (
            "Somebody, probably you, wants to choose another password for Tidegate.\n\n"
            f"{url}/reset#{token}\n\nThe link works once, for a day. If it was not you, do nothing."
        )
        await notifications.mail(app, email.strip(), "Choose another password", text)


@router.post("/account/second_factor", responses=documented(409))
async def begin_second_factor(
    body: PasswordGiven, app: AppDep, caller: CallerDep
) -> SecondFactorBegun:
    """Begin a second factor: give the secret to an authenticator app."""
    begun = await second_factor.begin(app, caller, body.password)
    return SecondFactorBegun(secret=begun.secret, uri=begun.uri)


@router.put("/account/second_factor", responses=documented(409))
async def confirm_second_factor(body: CodeGiven, app: AppDep, caller: CallerDep) -> RecoveryCodes:
    """Confirm it by a first code: it is asked for from now on."""
    return RecoveryCodes(recovery_codes=[*await second_factor.confirm(app, caller, body.code)])


@router.post("/account/second_factor/off", status_code=204)
async def switch_off_second_factor(body: BothGiven, app: AppDep, caller: CallerDep) -> None:
    """Be asked for a second factor no more."""
    await second_factor.switch_off(app, caller, body.password, body.code)


@router.delete("/users/{user_id}/second_factor", status_code=204, responses=documented(404))
async def reset_second_factor(user_id: Id, app: AppDep, caller: CallerDep) -> None:
    """Ask somebody for no second factor any more, who has lost it."""
    await second_factor.reset(app, caller, user_id)

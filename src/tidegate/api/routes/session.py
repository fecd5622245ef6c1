"""Sign in and out; follow one-time links; one's own account."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import Field

from tidegate.api.bodies import Body, Line, Name, StrictRoute, iso
from tidegate.api.caller import (
    COOKIE,
    CallerDep,
    check_origin,
    give_cookie,
    network_of,
    take_cookie,
)
from tidegate.api.dependencies import AppDep, ThrottleDep
from tidegate.api.problems import documented
from tidegate.services.identity import second_factor, sign_in, users
from tidegate.services.identity.permissions import ROLE_ACTIONS, Caller
from tidegate.services.identity.throttle import TooManyTries
from tidegate.services.identity.users import Accepted

public = APIRouter(tags=["session"], route_class=StrictRoute)
router = APIRouter(tags=["session"], route_class=StrictRoute)

Password = Annotated[str, Field(min_length=1, max_length=200)]


class SignIn(Body):
    """An address and a password."""

    email: Line
    password: Password
    code: Annotated[str, Field(min_length=6, max_length=20)] | None = Field(
        None, description="Of the second factor, where there is one, or a recovery code."
    )


class LinkAccepted(Body):
    """What somebody chooses who follows a one-time link."""

    token: Annotated[str, Field(min_length=20, max_length=100)]
    password: Password
    email: Line = Field("", description="Of the first owner; other links know it.")
    name: Line = ""


class AccountChange(Body):
    """One's own name or password."""

    name: Name | None = None
    password: Password | None = None
    old_password: Password | None = None


class Account(Body):
    """Who calls, and what that allows."""

    user_id: str
    email: str
    role: str
    projects: dict[str, str] = Field(description="The role in each project, by the project's id.")
    actions: list[str] = Field(description="What the role allows; in projects, their roles do.")


class AccountDetails(Body):
    """One's own account."""

    id: str
    email: str
    name: str
    role: str
    created_at: str | None


def account_of(caller: Caller) -> Account:
    """What a caller may know of itself."""
    actions = [action.value for action in ROLE_ACTIONS[caller.role] if caller.may(action)]
    return Account(
        user_id=caller.user_id,
        email=caller.email,
        role=caller.role.value,
        projects={project: role.value for project, role in caller.memberships.items()},
        actions=sorted(actions),
    )


@public.post("/session", status_code=204, responses=documented(401, 403, 429))
async def sign_in_here(
    body: SignIn, request: Request, response: Response, app: AppDep, throttle: ThrottleDep
) -> None:
    """Sign in: the answer sets the session's cookie."""
    if "origin" in request.headers:
        check_origin(request, app)
    try:
        proof = sign_in.Proof(body.email, body.password, body.code)
        token = await sign_in.sign_in(app, throttle, proof, network_of(request))
    except (sign_in.Unauthorized, TooManyTries) as error:
        app.metrics.signed_in("slowed" if isinstance(error, TooManyTries) else "failed")
        raise
    app.metrics.signed_in("succeeded")
    give_cookie(response, app, token)


@public.post("/links/accept", status_code=204, responses=documented(401, 403, 409, 429))
async def accept_link(
    body: LinkAccepted, request: Request, response: Response, app: AppDep, throttle: ThrottleDep
) -> None:
    """Follow a one-time link: the first owner's, an invitation, or a password's reset."""
    if "origin" in request.headers:
        check_origin(request, app)
    network = network_of(request)
    throttle.check("link", network)
    try:
        accepted = Accepted(body.token, body.password, body.email, body.name)
        user_id = await users.accept(app, accepted)
    except sign_in.Unauthorized:
        throttle.failed(f"link of {network}", network)
        raise
    if not await second_factor.is_asked_for(app, user_id):  # whoever has one signs in with it
        give_cookie(response, app, await sign_in.new_session(app, user_id))


@router.get("/session")
async def who_am_i(caller: CallerDep) -> Account:
    """Say who calls."""
    return account_of(caller)


@router.delete("/session", status_code=204)
async def sign_out(request: Request, response: Response, app: AppDep, _caller: CallerDep) -> None:
    """Sign out: this session ends."""
    token = request.cookies.get(COOKIE)
    if token:
        await sign_in.sign_out(app, token)
    take_cookie(response, app)


@router.patch("/account")
async def change_account(body: AccountChange, app: AppDep, caller: CallerDep) -> AccountDetails:
    """Change one's own name or password; with the password, every session ends."""
    user = await users.change_own(
        app, caller, name=body.name, password=body.password, old=body.old_password
    )
    return AccountDetails(
        id=user.id,
        email=user.email,
        name=user.name,
        role=user.role,
        created_at=iso(user.created_at),
    )

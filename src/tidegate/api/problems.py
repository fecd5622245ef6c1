"""Errors as problem details (RFC 9457), with our ``code`` and ``problems``."""

import traceback
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from tidegate import codec
from tidegate.app import App
from tidegate.errors import Bug, InvalidInput, NodeError, Problem, TidegateError
from tidegate.ids import new_id
from tidegate.log import get_logger

MEDIA_TYPE: Final = "application/problem+json"

_CODES: Final[Mapping[int, str]] = {
    400: "MALFORMED_REQUEST",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    406: "NOT_ACCEPTABLE",
    413: "BODY_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
}


class ProblemPlace(BaseModel):
    """One thing that is wrong, and where."""

    message: str
    code: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    node: str | None = None
    parameter: str | None = Field(None, description="A dotted path into what was sent.")
    hint: str | None = None


class ProblemDetails(BaseModel):
    """Why a request was refused or failed (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="`about:blank`: the code says it all.")
    title: str = Field(description="The meaning of the status.")
    status: int
    detail: str = Field(description="What happened and what to do, for people.")
    code: str = Field(description="What programs may depend on.")
    problems: list[ProblemPlace] = []


class PreconditionRequired(TidegateError):
    """The request must say which state it changes."""

    code = "PRECONDITION_REQUIRED"
    http_status = 428


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a route may answer with, for its OpenAPI document."""
    return {
        status: {"model": ProblemDetails, "description": HTTPStatus(status).phrase}
        for status in statuses
    }


def problem_response(
    status: int,
    code: str,
    detail: str,
    details: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One problem as a response."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        **(details or {}),
    }
    return Response(
        codec.encode(content), status, media_type=MEDIA_TYPE, headers=dict(headers or {})
    )


def response_of(error: TidegateError, app: App) -> Response:
    """An error that was raised on purpose; a node's error in a preview is the caller's mistake."""
    status = 422 if isinstance(error, NodeError) else error.http_status
    if isinstance(error, Bug):
        return _bug(error, app)
    body = dict(app.redact(error.as_json()))
    code, detail = body.pop("code"), body.pop("message")
    details = {key: value for key, value in body.items() if key not in ("type", "status", "title")}
    headers = {}
    if "retry_after" in details:
        headers["retry-after"] = str(details["retry_after"])
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["retry-after"] = "1"
        details.pop("reason", None)
    if status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = 'Bearer realm="tidegate"'
    return problem_response(status, str(code), str(detail), details, headers)


def _bug(error: BaseException, app: App) -> Response:
    bug = new_id()
    text = "".join(traceback.format_exception(error))
    get_logger().error("bug", bug=bug, traceback=app.redact(text))
    detail = f"Tidegate made a mistake; the log has the details under {bug}"
    return problem_response(500, Bug.code, detail, {"bug": bug})


def validation_problems(errors: Sequence[Any]) -> list[Problem]:
    """Pydantic's errors as problems; what was sent is not repeated."""
    return [
        Problem(
            message=str(error["msg"]),
            code=str(error["type"]).upper().replace(".", "_"),
            parameter=".".join(str(part) for part in error["loc"] if part != "body") or None,
        )
        for error in errors[:100]
    ]


def install(api: FastAPI, app: App) -> None:
    """Answer every error with a problem."""

    async def ours(_request: Request, error: Exception) -> Response:
        assert isinstance(error, TidegateError)
        return response_of(error, app)

    async def invalid(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        problems = validation_problems(error.errors())
        return response_of(InvalidInput("the request is wrong; see problems", problems), app)

    async def http(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = _CODES.get(error.status_code, "HTTP_ERROR")
        detail = {
            404: "there is nothing at this address",
            405: "this address does not have this method",
            400: "the body could not be read",
        }.get(error.status_code, HTTPStatus(error.status_code).description)
        return problem_response(error.status_code, code, detail, headers=error.headers)

    async def unexpected(_request: Request, error: Exception) -> Response:
        return _bug(error, app)

    api.add_exception_handler(TidegateError, ours)
    api.add_exception_handler(RequestValidationError, invalid)
    api.add_exception_handler(HTTPException, http)
    api.add_exception_handler(Exception, unexpected)

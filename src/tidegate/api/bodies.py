"""What bodies and answers have in common: names, times, pages, and JSON without surprises."""

import base64
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Final

from fastapi import Path, Query, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, StringConstraints
from starlette.exceptions import HTTPException

from tidegate import codec
from tidegate.errors import InvalidInput, Problem
from tidegate.model.execution import us_to_iso

MAX_PAGE: Final = 200
_NO_CONTROL: Final = r"^[^\x00-\x1f\x7f\u2028\u2029]*$"

Id = Annotated[
    str, Path(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", description="A UUID.")
]
IdText = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_NO_CONTROL),
]
Line = Annotated[str, StringConstraints(max_length=500, pattern=_NO_CONTROL)]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="The most entries of this page.")]
CursorText = Annotated[
    str | None,
    Query(max_length=400, pattern=r"^[A-Za-z0-9_=-]*$", description="`next` of the page before."),
]
Microseconds = Annotated[int, Query(ge=0, le=2**62)]


class Body(BaseModel):
    """A body of a request: what is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class _BodyError(HTTPException):
    """FastAPI lets only this kind through."""

    def __init__(self, error: InvalidInput) -> None:
        super().__init__(422, error.message)
        self.error = error


class StrictRequest(Request):
    """A request whose JSON is exactly JSON: no NaN, no key twice, no half characters."""

    @classmethod
    def of(cls, request: Request) -> "StrictRequest":
        """The same request; whoever has read its body can go on with it."""
        if isinstance(request, cls):
            return request
        return cls(request.scope, request.receive)

    async def json(self) -> Any:
        """The value of the body."""
        if not hasattr(self, "_json"):
            try:
                self._json = codec.decode_strict(await self.body())
            except InvalidInput as error:
                raise _BodyError(error) from None
        return self._json


class StrictRoute(APIRoute):
    """A route that reads bodies so."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of this route."""
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            try:
                return await handle(StrictRequest.of(request))
            except _BodyError as error:
                raise error.error from None

        return strict


def iso(value: int | None) -> str | None:
    """Microseconds since 1970 as it stands in answers (RFC 3339, UTC)."""
    return us_to_iso(value)


def encode_cursor(*parts: Any) -> str:
    """Where the next page starts, as one word."""
    return base64.urlsafe_b64encode(codec.encode(list(parts))).decode().rstrip("=")


def decode_cursor(text: str | None, *kinds: type) -> tuple[Any, ...] | None:
    """The parts of a cursor.

    Raises:
        InvalidInput: it is not one that this list gave.
    """
    if text is None:
        return None
    try:
        parts = codec.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        parts = None
    except InvalidInput:
        parts = None
    fits = (
        isinstance(parts, list)
        and len(parts) == len(kinds)
        and all(type(part) is kind for part, kind in zip(parts, kinds, strict=True))
        and all(abs(part) < 2**63 for part in parts if type(part) is int)
        and all("\0" not in part for part in parts if type(part) is str)
    )
    if not fits:
        problem = Problem("this is no cursor of this list", "INVALID_CURSOR", parameter="cursor")
        raise InvalidInput(problem.message, [problem])
    return tuple(parts)

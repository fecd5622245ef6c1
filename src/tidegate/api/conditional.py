"""Answers that a browser keeps: it names the ETag it has, and is told that nothing changed."""

import hashlib
from typing import Annotated, Any

from fastapi import Header, Response

from tidegate import codec

IfNoneMatch = Annotated[
    str | None,
    Header(alias="If-None-Match", max_length=500, description="The ETag of what you have."),
]
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "Nothing changed."}}


def is_known(etag: str, if_none_match: str | None) -> bool:
    """Whether one of the ETags in a header is this one."""
    if if_none_match is None:
        return False
    known = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return "*" in known or etag in known


def answer(value: Any, if_none_match: str | None) -> Response:
    """A value as JSON with the ETag of its content; nothing where it is known already."""
    body = codec.encode(value)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": etag, "cache-control": "private, no-cache"}
    if is_known(etag, if_none_match):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)

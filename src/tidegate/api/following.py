"""What a follower of the live stream asks over its WebSocket."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tidegate import codec
from tidegate.errors import InvalidInput

MAX_MESSAGE: Final = 4096


class FollowerRequest(BaseModel):
    """What a follower says."""

    model_config = ConfigDict(extra="forbid")

    op: Literal["hello", "sub", "unsub", "hidden", "here", "pong"]
    v: int = 1
    id: int = Field(0, ge=0, le=2**31)
    topic: str = Field("", max_length=200)
    epoch: str | None = Field(None, max_length=64)
    after: int | None = Field(None, ge=0)
    hidden: bool = False
    node: str | None = Field(None, max_length=64)


def parse(text: str | None) -> FollowerRequest:
    """What a follower said; None: it sent bytes.

    Raises:
        InvalidInput: it is no request.
    """
    if text is None:
        raise InvalidInput("messages are texts")
    if len(text) > MAX_MESSAGE:
        raise InvalidInput(f"a message may have at most {MAX_MESSAGE} characters")
    try:
        return FollowerRequest.model_validate(codec.decode(text))
    except ValidationError:
        raise InvalidInput("this is no request of the stream's protocol") from None

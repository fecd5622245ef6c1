"""What a trigger that is called by HTTP says of itself: its parameters are these, or more."""

import ipaddress
import re
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, model_validator

from tidegate.sdk.params import Field, NodeParams

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Authentication = Literal["none", "basic", "bearer", "header", "hmac"]
Respond = Literal["immediately", "last_node", "respond_node", "stream"]

MAX_PATH: Final = 200
_LITERAL: Final = re.compile(r"[A-Za-z0-9._~-]+")
_PARAMETER: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]{0,63})\}")
_HEADER: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_ORIGIN: Final = re.compile(r"https?://[A-Za-z0-9.\[\]:-]{1,253}")


def _path(text: str) -> str:
    text = text.strip("/")
    segments = text.split("/")
    names = [found[1] for segment in segments if (found := _PARAMETER.fullmatch(segment))]
    wrong = [s for s in segments if not (_LITERAL.fullmatch(s) or _PARAMETER.fullmatch(s))]
    if wrong or any(segment in (".", "..") for segment in segments):
        raise ValueError(
            "is parts with / between them; a part is letters, digits and . _ ~ -, or a name in "
            "braces: orders/{id}"
        )
    if len(set(names)) != len(names):
        raise ValueError("names a part twice")
    return text


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError:
        raise ValueError("must be an address or a network, such as 192.0.2.0/24") from None


def _header(text: str) -> str:
    if not _HEADER.fullmatch(text):
        raise ValueError("is no name of a header")
    return text.lower()


def _origin(text: str) -> str:
    if text != "*" and not _ORIGIN.fullmatch(text):
        raise ValueError("must be an origin, such as https://shop.example.com, or *")
    return text.lower()


Path = Annotated[str, AfterValidator(_path)]
Network = Annotated[str, AfterValidator(_network)]
HeaderName = Annotated[str, AfterValidator(_header)]
Origin = Annotated[str, AfterValidator(_origin)]


class Signature(NodeParams):
    """How a caller signs: an HMAC with the secret of the credential (type hmac)."""

    header: HeaderName = Field("X-Signature", label="Header", expressions=False)
    prefix: str = Field(
        "",
        label="Prefix",
        max_length=50,
        placeholder="sha256=",
        expressions=False,
        description="What stands before the signature.",
    )
    key: str = Field(
        "",
        label="Key in the header",
        max_length=50,
        placeholder="v1",
        expressions=False,
        description="Where the header is a list such as `t=1700000000,v1=5257a8`: the key of the "
        "signature.",
    )
    algorithm: Literal["sha256", "sha512", "sha1"] = Field("sha256", label="Hash")
    encoding: Literal["hex", "base64"] = Field("hex", label="Encoding")
    timestamp_header: HeaderName | None = Field(
        None,
        label="Header of the timestamp",
        placeholder="X-Timestamp",
        expressions=False,
        description="Seconds since 1970. Without a timestamp, a request can be sent again.",
    )
    timestamp_key: str = Field(
        "",
        label="Key of the timestamp",
        max_length=50,
        placeholder="t",
        expressions=False,
        description="Where the timestamp stands in the list of the signature's header.",
    )
    signed: str = Field(
        "{body}",
        label="What is signed",
        max_length=200,
        expressions=False,
        description="Text with `{body}` and, where there is a timestamp, `{timestamp}`, such as "
        "`{timestamp}.{body}`.",
    )
    tolerance: int = Field(
        300,
        ge=1,
        le=86_400,
        label="Replay window",
        expressions=False,
        description="Seconds by which the timestamp may differ from the server's clock. A "
        "signature with a timestamp is taken once.",
    )

    @property
    def has_timestamp(self) -> bool:
        """Whether a timestamp is signed too."""
        return self.timestamp_header is not None or bool(self.timestamp_key)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.signed.count("{body}") != 1:
            raise ValueError("'signed' must hold {body} once")
        if self.has_timestamp != ("{timestamp}" in self.signed):
            raise ValueError(
                "a timestamp counts only if it is signed: name its header or key, and put "
                "{timestamp} into 'signed'"
            )
        if self.timestamp_key and not self.key:
            raise ValueError("'timestamp_key' needs 'key': the header is then a list")
        return self


class CalledParams(NodeParams):
    """What every trigger has that is called by HTTP."""

    path: Path = Field(
        min_length=1,
        max_length=MAX_PATH,
        label="Path",
        placeholder="orders/{id}",
        expressions=False,
        description="Behind `/webhook/` or `/form/`, and behind `/webhook-test/` or `/form-test/` "
        "while the draft is tried. Parts in braces are parameters.",
    )
    timeout: int = Field(
        60,
        ge=1,
        le=3600,
        label="Answer within",
        expressions=False,
        description="Seconds; then the caller is told that the execution goes on.",
    )
    allowed_addresses: list[Network] = Field(
        [],
        label="Allowed addresses",
        max_length=100,
        placeholder="192.0.2.0/24",
        expressions=False,
        description="Networks that may call; none: all may.",
    )
    max_body: int = Field(
        10,
        ge=1,
        le=10_000,
        label="Largest body",
        expressions=False,
        description="Megabytes; never more than the settings `server.max_body`, and "
        "`server.max_upload` where the body becomes files.",
    )
    rate_limit: int = Field(
        0,
        ge=0,
        le=1_000_000,
        label="Requests a minute",
        expressions=False,
        description="More are refused (429); 0 for no limit.",
    )


class WebhookParams(CalledParams):
    """Where a webhook is, who may call it, and what it answers."""

    methods: list[Method] = Field(["POST"], min_length=1, label="Methods", expressions=False)
    respond: Respond = Field(
        "immediately",
        label="Answer",
        expressions=False,
        description="`immediately`: once the execution is stored. `last_node`: with what the "
        "workflow puts out. `respond_node`: with what `flow.respond` says. `stream`: with "
        "everything that `flow.respond` says, as it comes.",
    )
    respond_with: Literal["first_item", "all_items", "nothing"] = Field(
        "first_item", label="Answer with", expressions=False, show_when={"respond": "last_node"}
    )
    status: int = Field(
        200,
        ge=200,
        le=299,
        label="Status",
        expressions=False,
        description="Of the answer, unless `flow.respond` says another.",
    )
    stream_type: str = Field(
        "application/x-ndjson",
        label="Content type of the stream",
        pattern=r"^[a-z0-9.+-]{1,50}/[a-z0-9.+-]{1,50}$",
        expressions=False,
        show_when={"respond": "stream"},
    )
    authentication: Authentication = Field(
        "none",
        label="Authentication",
        expressions=False,
        description="All but `none` need the credential of this node, of the type `basic`, "
        "`bearer`, `header` or `hmac`.",
    )
    signature: Signature = Field(
        {}, label="Signature", expressions=False, show_when={"authentication": "hmac"}
    )
    body: Literal["auto", "text", "file"] = Field(
        "auto",
        label="Body",
        expressions=False,
        description="`auto`: JSON, forms and text by their content type, files and everything "
        "else as files of the item. `text`: as it came. `file`: as a file, unread.",
    )
    allowed_origins: list[Origin] = Field(
        [],
        label="Allowed origins (CORS)",
        max_length=50,
        placeholder="https://shop.example.com",
        expressions=False,
        description="Sites whose pages may call and read the answer; `*` for all.",
    )

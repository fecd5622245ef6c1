"""The parameters of an HTTP request: what to send, how often, and what to make of the answer."""

from typing import Literal

from tidegate.nodes.http.content import Wanted
from tidegate.nodes.http.pairs import ArrayFormat, Pair
from tidegate.sdk import Field, Json, Lazy, NodeParams

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CUSTOM"]
BodyType = Literal["auto", "json", "form", "multipart", "file", "raw"]
Success = Literal["2xx", "statuses", "any", "expression"]
Pagination = Literal[
    "off", "link_header", "next_url", "cursor", "page_number", "offset", "expression"
]
_WITH_BODY = {"method": ["POST", "PUT", "PATCH", "DELETE", "CUSTOM"]}
_PAGED = [m for m in Pagination.__args__ if m != "off"]  # type: ignore[attr-defined]  # a Literal


class RequestParams(NodeParams):
    """What is sent, and how long each part of it may take."""

    method: Method = Field(
        "GET", label="Method", description="CUSTOM: another one, which custom_method says."
    )
    custom_method: str = Field(
        "",
        label="Custom method",
        pattern=r"^([A-Z][A-Z0-9_-]{0,31})?$",
        placeholder="PURGE",
        show_when={"method": "CUSTOM"},
    )
    url: str = Field(label="URL", placeholder="https://api.example.org/users", min_length=1)
    query: dict[str, Json] | list[Pair] = Field(
        {},
        label="Query parameters",
        widget="key_value",
        description="Added to the URL: an object, or a list of pairs. Null is left out.",
    )
    headers: dict[str, Json] | list[Pair] = Field({}, label="Headers", widget="key_value")
    array_format: ArrayFormat = Field(
        "repeat",
        label="Lists are sent as",
        description="repeat: a=1&a=2, brackets: a[]=1&a[]=2, indices: a[0]=1&a[1]=2, comma: a=1,2; "
        "in query parameters and forms.",
    )
    body_type: BodyType = Field(
        "auto",
        label="Body type",
        description="auto: text as it is, anything else as JSON. json: always JSON. form and "
        "multipart: the fields of an object. file: a file of the item. raw: text as it is.",
        show_when=_WITH_BODY,
    )
    body: Json = Field(
        None,
        label="Body",
        widget="json",
        description="Expressions inside keep their type.",
        show_when=_WITH_BODY,
    )
    files: dict[str, str | list[str]] = Field(
        {},
        label="Files",
        widget="key_value",
        description="Fields of a multipart form, each with the name of a file of the item.",
        show_when={"body_type": "multipart"},
    )
    file: str = Field(
        "data",
        label="File",
        description="The name of the item's file that is the body.",
        show_when={"body_type": "file"},
    )
    content_type: str = Field(
        "", label="Content type", description="In the place of the body type's own."
    )
    idempotency_key: bool = Field(
        False,
        label="Send an idempotency key",
        description="The header Idempotency-Key: different for each item, the same over attempts "
        "and resumes. Any method may then be repeated.",
    )
    timeout: float = Field(
        30.0,
        gt=0,
        le=3600,
        label="Timeout (seconds)",
        description="For the whole request with its redirects.",
    )
    dns_timeout: float | None = Field(None, gt=0, label="Longest look-up of the name (seconds)")
    connect_timeout: float | None = Field(None, gt=0, label="Longest connecting (seconds)")
    tls_timeout: float | None = Field(None, gt=0, label="Longest TLS handshake (seconds)")
    first_byte_timeout: float | None = Field(
        None, gt=0, label="Longest wait for the response (seconds)"
    )
    idle_timeout: float | None = Field(None, gt=0, label="Longest silence in a body (seconds)")
    follow_redirects: bool = Field(True, label="Follow redirects")
    max_redirects: int = Field(
        5, ge=0, le=50, label="Max redirects", show_when={"follow_redirects": True}
    )
    verify_tls: bool = Field(
        True,
        label="Verify the server's certificate",
        description="Off only where the operator permits it; each use is a security event.",
    )
    authorities: str = Field(
        "",
        label="Custom authorities (PEM)",
        widget="multiline",
        description="Certificates that are trusted besides the system's.",
    )


class ResponseParams(RequestParams):
    """How many requests there are, and what to make of their answers."""

    cache: bool = Field(
        False,
        label="Use the response cache",
        description="An answer is used again for as long as its server said, then the server is "
        "asked whether it is still good (RFC 9111).",
        show_when={"method": "GET"},
    )
    concurrency: int = Field(
        10,
        ge=1,
        le=1000,
        label="Items at once",
        expressions=False,
        description="The operator bounds an execution's requests and those to one host besides.",
    )
    rate: float | None = Field(None, gt=0, le=100_000, label="Requests per second")
    rate_mode: Literal["spaced", "burst"] = Field(
        "spaced",
        label="Rate",
        description="spaced: evenly. burst: a second's requests may leave at once.",
    )
    max_size: int = Field(50, ge=1, le=10_000, label="Max response size (MB)")
    format: Wanted = Field(
        "auto",
        label="Response format",
        description="auto: by the content type JSON, text (HTML and XML too), JSON lines or "
        "server-sent events; anything else is a file. xml: an object, as data.convert makes it.",
    )
    output: Literal["response", "full", "body"] = Field(
        "response",
        label="Output",
        description="response: status, headers, data, time and URL. full: also redirects, "
        "attempts, timings, sizes and the server's address. body: only the data.",
    )
    split_list: bool = Field(
        True,
        label="An item for each element",
        description="A list becomes one item for each of its elements.",
        show_when={"output": "body"},
    )
    stream_seconds: float | None = Field(
        None,
        gt=0,
        label="End a stream after (seconds)",
        description="Server-sent events and JSON lines: what came until then is the result.",
    )
    success: Success = Field(
        "2xx",
        label="It succeeded if",
        description="2xx: the status is 200 to 299, or it answers what was asked: 304, or a "
        "redirect that is not followed. any: there is an answer.",
    )
    success_statuses: list[int | str] = Field(
        [],
        label="Statuses",
        description="Numbers, ranges (200-204) or classes (2xx).",
        show_when={"success": "statuses"},
    )
    success_condition: Lazy[Json] = Field(
        None,
        label="Condition",
        roots=("response",),
        placeholder="{{ response.data.ok }}",
        description="True or false, from the response: status, headers, data, final_url.",
        show_when={"success": "expression"},
    )


class HttpParams(ResponseParams):
    """The same, over several pages."""

    pagination: Pagination = Field(
        "off",
        label="Pagination",
        expressions=False,
        description="link_header: the header Link. next_url, cursor, expression: by `next`. "
        "page_number and offset: until a page is empty.",
    )
    next: Lazy[Json] = Field(
        None,
        label="Next page",
        roots=("response", "page"),
        placeholder="{{ response.data.next }}",
        description="The next URL or cursor; for expression a URL, or an object with url, query, "
        "headers or body. Null, false or empty text: there is none.",
        show_when={"pagination": ["next_url", "cursor", "expression"]},
    )
    page_items: Lazy[Json] = Field(
        None,
        label="Items of a page",
        roots=("response",),
        placeholder="{{ response.data.results }}",
        description="With output body; without it the whole data.",
        show_when={"pagination": _PAGED},
    )
    page_parameter: str = Field(
        "",
        label="Page parameter",
        description="Default: page, offset or cursor.",
        show_when={"pagination": ["cursor", "page_number", "offset"]},
    )
    page_in: Literal["query", "body"] = Field(
        "query",
        label="Page parameter in",
        show_when={"pagination": ["cursor", "page_number", "offset"]},
    )
    first_page: int | None = Field(
        None,
        ge=0,
        label="First page",
        description="Default: page 1, offset 0.",
        show_when={"pagination": ["page_number", "offset"]},
    )
    page_size: int | None = Field(
        None,
        ge=1,
        label="Page size",
        description="A page with fewer items is the last.",
        show_when={"pagination": ["page_number", "offset"]},
    )
    max_pages: int = Field(
        100, ge=1, le=1_000_000, label="Max pages", show_when={"pagination": _PAGED}
    )
    max_items: int = Field(
        100_000,
        ge=1,
        label="Max items",
        description="Of all pages, or of a stream, for each input item.",
    )

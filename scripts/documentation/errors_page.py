"""docs/reference/errors.md: the exceptions, their codes, and the types of HTTP and security errors.

What a class means is its docstring; what each type means is said here, and a missing one fails.
"""

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from tidegate import errors
from tidegate.egress.errors import TABLE
from tidegate.errors import HttpErrorType, NodeError, SecurityErrorType, TidegateError, UserError

HEAD = """\
# Errors

Written from `src/tidegate/errors.py` and `src/tidegate/egress/errors.py` by `make docs`; a test
compares them.

A stored or printed error is one JSON object with `code` and `message`, and with what else is known:
`{"code": "HTTP_ERROR", "type": "TIMEOUT", "message": "..."}`. The code and the type are for
programs and stay as they are. The message is for people and may change. A mistake in a workflow
is a failed node with a sentence that says what to do. A mistake in Tidegate has the code `BUG` and
an id, under which the log (or a file in `bugs/` of the data folder) has the details.

## The tree

"""

HTTP_MEANS = {
    HttpErrorType.TIMEOUT: "the request took longer than its timeout",
    HttpErrorType.DNS_RESOLUTION: "the host's name could not be found",
    HttpErrorType.CONNECTION_REFUSED: "nothing listens at that address and port",
    HttpErrorType.SSL_ERROR: "no trustworthy TLS connection could be made",
    HttpErrorType.NETWORK_UNREACHABLE: "there is no way to the server",
    HttpErrorType.CONNECTION_RESET: "the server closed the connection early",
    HttpErrorType.TOO_MANY_REDIRECTS: "more redirects than `max_redirects`",
    HttpErrorType.RESPONSE_TOO_LARGE: "the response is larger than allowed",
    HttpErrorType.INVALID_RESPONSE: "what came back is no usable HTTP response",
    HttpErrorType.CIRCUIT_OPEN: "the server failed many times in a row and is left alone",
    HttpErrorType.HTTP_STATUS: "the server answered with a status of 400 or more",
}
SECURITY_MEANS = {
    SecurityErrorType.BLOCKED_URL: "the URL, path or domain is refused by a rule",
    SecurityErrorType.INTERNAL_NETWORK: "it leads to an address or a name that is not public",
    SecurityErrorType.RESOURCE_LIMIT_EXCEEDED: "a limit of memory or transfer is spent",
    SecurityErrorType.INVALID_PROTOCOL: "not http or https, or a method that is not allowed",
    SecurityErrorType.MALICIOUS_CONTENT: "a forged header, a decompression bomb, a broken frame",
}
EXTRA = {
    "HttpError": "Its JSON has `type`, and after an answer `status_code`, `response_headers`, "
    "`response_body` (its beginning), `request_method` and `request_url`.",
    "SecurityError": "Its JSON has `type`, `security_rule`, `blocked_resource` and `risk_level` "
    "(`low`, `medium`, `high` or `critical`).",
    "ExpressionError": "Its JSON has `expression`, `line`, `column` and `pretty`: the expression "
    "with a caret under the place.",
    "InvalidInput": "Its JSON has `problems`: each with `message` and `code`, and its `file`, "
    "`line`, `column`, `node`, `parameter` and `hint` where they are known.",
}

NOTES = """\
The HTTP status is the one that the API will answer with. A failed node is no failed request: its
error is part of the result.

Repeated says whether the failed attempt is tried again, if the node's retry policy has retries
left. An `HttpError` is repeated by its type and status (`retryable_errors`,
`retryable_status_codes`).
"""

GATE = """\
## What the gate says

The `category` of an error of the gate, and the sentence that people see. What the gate knows
beyond that (the address, the exact rule) is stored in `security_events` for operators only.
"""


def errors_page() -> str:
    """The whole page, in Markdown."""
    tree = inspect.cleandoc(errors.__doc__ or "").split("::\n\n", 1)[1].split("\n\n", 1)[0]
    drawn = inspect.cleandoc(tree)
    for kind in _kinds(TidegateError):
        assert kind.__name__ in drawn, f"{kind.__name__} is missing in the tree of errors.py"
    lines = [HEAD + f"```text\n{drawn}\n```", ""]
    lines += ["## Codes", "", "| class | code | HTTP status | repeated | meaning |"]
    lines += ["|---|---|---|---|---|", *map(_row, _kinds(TidegateError)), ""]
    lines += [f"`{name}`: {text}\n" for name, text in EXTRA.items()]
    lines += [NOTES, "## `HttpErrorType`", "", *_types(HttpErrorType, HTTP_MEANS)]
    lines += ["## `SecurityErrorType`", "", *_types(SecurityErrorType, SECURITY_MEANS)]
    lines += [GATE, "| category | type | risk | sentence |", "|---|---|---|---|"]
    lines += [f"| `{r.category}` | `{r.type}` | {r.risk} | {r.sentence} |" for r in TABLE.values()]
    lines.append("")
    return "\n".join(lines)


def _kinds(kind: type[TidegateError]) -> Iterator[type[TidegateError]]:
    yield kind
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from _kinds(child)


def _row(kind: type[TidegateError]) -> str:
    meaning = " ".join(inspect.cleandoc(kind.__doc__ or "").split("\n\n")[0].split())
    meaning = meaning.replace("``", "`").replace("|", "\\|")
    repeated = ""
    if issubclass(kind, NodeError):
        repeated = "by type" if kind is errors.HttpError else "yes" if kind.retryable else "no"
    is_answer = issubclass(kind, UserError) or kind.http_status != TidegateError.http_status
    status = str(kind.http_status) if is_answer or kind is errors.Bug else ""
    return f"| `{kind.__name__}` | `{kind.code}` | {status} | {repeated} | {meaning} |"


def _types(
    kind: type[HttpErrorType | SecurityErrorType], means: Mapping[Any, str]
) -> Iterator[str]:
    yield "| type | meaning |"
    yield "|---|---|"
    for member in kind:
        yield f"| `{member}` | {means[member]} |"
    yield ""

"""docs/reference/errors.md: the exceptions, their codes, and the types of HTTP and security errors.

What they mean is said where the server knows it: the browser editor tells the same.
"""

import inspect
from collections.abc import Iterator, Mapping

from tidegate import errors
from tidegate.egress.errors import TABLE
from tidegate.errors import HttpErrorType, SecurityErrorType, TidegateError
from tidegate.services.error_catalogue import HTTP, SECURITY, Kind, explained, kinds

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

REPEATED = {"yes": "yes", "no": "no", "by_type": "by type", "by_status": "by status"}
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
    for kind in _kinds():
        assert kind.__name__ in drawn, f"{kind.__name__} is missing in the tree of errors.py"
    lines = [HEAD + f"```text\n{drawn}\n```", ""]
    lines += ["## Codes", "", "| class | code | HTTP status | repeated | meaning | what to try |"]
    lines += ["|---|---|---|---|---|---|", *map(_row, _kinds()), ""]
    lines += [f"`{name}`: {text}\n" for name, text in EXTRA.items()]
    lines += [NOTES, "## `HttpErrorType`", "", *_types(HTTP)]
    lines += ["## `SecurityErrorType`", "", *_types(SECURITY)]
    lines += [GATE, "| category | type | risk | sentence |", "|---|---|---|---|"]
    lines += [f"| `{r.category}` | `{r.type}` | {r.risk} | {r.sentence} |" for r in TABLE.values()]
    lines.append("")
    return "\n".join(lines)


def _kinds() -> Iterator[type[TidegateError]]:
    return kinds(TidegateError, errors.__name__)


def _row(kind: type[TidegateError]) -> str:
    said = explained(kind)
    meaning = said.meaning.replace("|", "\\|")
    repeated = REPEATED[said.repeated] if said.repeated else ""
    status = said.http_status or ""
    return (
        f"| `{kind.__name__}` | `{kind.code}` | {status} | {repeated} | {meaning} | {said.advice} |"
    )


def _types(means: Mapping[HttpErrorType, Kind] | Mapping[SecurityErrorType, Kind]) -> Iterator[str]:
    yield "| type | meaning | what to try |"
    yield "|---|---|---|"
    for member, kind in means.items():
        yield f"| `{member}` | {kind.meaning} | {kind.advice} |"
    yield ""

"""Every code of an error, for people: what it means, whether it is tried again, what to try.

What a code means is the docstring of its class; the types of HTTP and security errors, and what to
try, stand here. The docs and the browser editor are both written from this.
"""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from tidegate import errors
from tidegate.errors import HttpErrorType, NodeError, SecurityErrorType, TidegateError, UserError
from tidegate.model.workflow import RetryPolicy

Repeated = Literal["yes", "no", "by_type", "by_status"]

ADVICE: Final[Mapping[str, str]] = {
    "ERROR": "Do what the message says.",
    "NOT_FOUND": "Look whether it was renamed or deleted, and whether you have a role in its "
    "project.",
    "CONFLICT": "Load what is there now, then try again.",
    "CROSS_ORIGIN": "Open the editor at an address that the server's `public_urls` have.",
    "IDEMPOTENCY_KEY_REUSED": "Give each request a key of its own.",
    "PRECONDITION_FAILED": "Load what is there now, then try again.",
    "BODY_TOO_LARGE": "Send less at once.",
    "SECOND_FACTOR_NEEDED": "Give the code that your authenticator shows.",
    "FORBIDDEN": "Ask somebody who manages people for the role or the scope that is missing.",
    "INVALID_INPUT": "Mend each of the places that it names.",
    "VAULT_ERROR": "Give the server the vault's key with which the secrets were sealed.",
    "WORKFLOW_INVALID": "Open the problems below the canvas; each leads to its field.",
    "NODE_FAILED": "Read the message and what the node was given, mend the data or the "
    "parameters, and go on from this node.",
    "NODE_RETRYABLE": "Give the node retries in its settings, or run it again later.",
    "NODE_TIMEOUT": "Give the node a longer timeout in its settings, or less to do at once.",
    "CRASHED": "Look whether its work was done, then go on from this node. Where memory "
    "ran out, give it less at once.",
    "CREDENTIAL_ERROR": "Test the credential on its page, and enter its values anew where the "
    "test fails.",
    "EXPRESSION_ERROR": "Try the expression in its field: its value for each item is shown.",
    "EXPRESSION_REJECTED": "Write it with what expressions know; completion lists that.",
    "EXPRESSION_LIMIT": "Do less in one expression, or do it in a code node.",
    "CODE_ERROR": "Look at the line that is named, and at the items that the node was given.",
    "OUTPUT_TOO_LARGE": "Take less at once: pages, a limit, or a loop over batches.",
    "HTTP_ERROR": "Look at the request and its answer under Network.",
    "SECURITY_ERROR": "Ask the operator to open the way if it is meant to be there; the event "
    "stands under Security.",
    "TIMEOUT": "Give the workflow a longer timeout in its settings, or less to do.",
    "UNAVAILABLE": "Wait: it is tried again by itself. If it stays, the operator finds "
    "the reason in the log.",
    "BUG": "Report it with its id; the operator finds the details in the log.",
    "UNAUTHORIZED": "Sign in again, or give a key that has not ended.",
    "TOO_MANY_EXECUTIONS": "Wait until some have ended, or raise the limit in the "
    "workflow's settings.",
    "IN_FLIGHT_UNDECIDED": "Look whether the node's work was done, then resume the execution or "
    "go on from the next node.",
}
"""What to try, by code; a class without its own has that of its base."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of HTTP or security errors."""

    meaning: str
    advice: str


_H, _S = HttpErrorType, SecurityErrorType
HTTP: Final[Mapping[HttpErrorType, Kind]] = {
    _H.TIMEOUT: Kind(
        "the request took longer than its timeout",
        "Give the request a longer timeout, or ask for less at once.",
    ),
    _H.DNS_RESOLUTION: Kind(
        "the host's name could not be found", "Look whether the name in the URL is spelled right."
    ),
    _H.CONNECTION_REFUSED: Kind(
        "nothing listens at that address and port",
        "Look whether the server runs, and whether the port is right.",
    ),
    _H.SSL_ERROR: Kind(
        "no trustworthy TLS connection could be made",
        "Look whether the certificate is valid for this name and has not ended.",
    ),
    _H.NETWORK_UNREACHABLE: Kind(
        "there is no way to the server", "Look at the network of the server that runs this."
    ),
    _H.CONNECTION_RESET: Kind(
        "the server closed the connection early", "Try it again; give the node retries."
    ),
    _H.TOO_MANY_REDIRECTS: Kind(
        "more redirects than `max_redirects`", "Request the address to which they lead."
    ),
    _H.RESPONSE_TOO_LARGE: Kind(
        "the response is larger than allowed", "Ask for pages, or store it as a file."
    ),
    _H.INVALID_RESPONSE: Kind(
        "what came back is no usable HTTP response",
        "Look whether something else than an HTTP server answers there.",
    ),
    _H.CIRCUIT_OPEN: Kind(
        "the server failed many times in a row and is left alone",
        "Wait some minutes; then it is asked again.",
    ),
    _H.HTTP_STATUS: Kind(
        "the server answered with a status of 400 or more",
        "Read what the server answered: the address, the credential or the data is not to its "
        "liking.",
    ),
}
SECURITY: Final[Mapping[SecurityErrorType, Kind]] = {
    _S.BLOCKED_URL: Kind(
        "the URL, path or domain is refused by a rule",
        "Ask the operator to open it if it is meant to be reached.",
    ),
    _S.INTERNAL_NETWORK: Kind(
        "it leads to an address or a name that is not public",
        "Ask the operator for an allow rule if it is meant to be reached.",
    ),
    _S.RESOURCE_LIMIT_EXCEEDED: Kind(
        "a limit of memory or transfer is spent", "Take less at once, or ask for a higher limit."
    ),
    _S.INVALID_PROTOCOL: Kind(
        "not http or https, or a method that is not allowed",
        "Write the URL with http or https and a method that servers know.",
    ),
    _S.MALICIOUS_CONTENT: Kind(
        "a forged header, a decompression bomb, a broken frame",
        "Look where the data or the answer comes from; do not repeat it unseen.",
    ),
}


@dataclass(frozen=True, slots=True)
class ExplainedType:
    """A type of errors of one code."""

    type: str
    meaning: str
    advice: str
    repeated: Repeated | None


@dataclass(frozen=True, slots=True)
class Explained:
    """A code of errors."""

    code: str
    meaning: str
    advice: str
    repeated: Repeated | None
    http_status: int | None
    types: tuple[ExplainedType, ...] = ()


def catalogue() -> list[Explained]:
    """Every code that an execution or a request can fail with, in the order of the classes."""
    found = {kind.code: explained(kind) for kind in kinds(TidegateError) if _has_own_code(kind)}
    found.pop(TidegateError.code)
    return list(found.values())


def kinds(
    kind: type[TidegateError], package: str = errors.__name__.partition(".")[0]
) -> Iterator[type[TidegateError]]:
    """A class and those that derive from it, of one package or module, a base before them."""
    yield kind
    for child in kind.__subclasses__():
        if f"{child.__module__}.".startswith(f"{package}."):
            yield from kinds(child, package)


def _has_own_code(kind: type[TidegateError]) -> bool:
    """Whether it is what its code stands for, and no finer kind of that."""
    return kind.__module__ == errors.__name__ or "code" in vars(kind)


def explained(kind: type[TidegateError]) -> Explained:
    """What is known of a class of errors."""
    is_answer = issubclass(kind, UserError) or kind.http_status != TidegateError.http_status
    return Explained(
        code=kind.code,
        meaning=_meaning(kind),
        advice=_advice(kind),
        repeated=_repeated(kind),
        http_status=kind.http_status if is_answer or kind is errors.Bug else None,
        types=tuple(_types(kind)),
    )


def _advice(kind: type[TidegateError]) -> str:
    bases = (base for base in kind.__mro__ if issubclass(base, TidegateError))
    return next(ADVICE[base.code] for base in bases if base.code in ADVICE)


def _meaning(kind: type[TidegateError]) -> str:
    text = inspect.cleandoc(kind.__doc__ or "").split("\n\n")[0]
    return " ".join(text.split()).replace("``", "`")


def _repeated(kind: type[TidegateError]) -> Repeated | None:
    if not issubclass(kind, NodeError):
        return None
    if kind is errors.HttpError:
        return "by_type"
    return "yes" if kind.retryable else "no"


def _types(kind: type[TidegateError]) -> Iterator[ExplainedType]:
    if kind is errors.HttpError:
        repeated = RetryPolicy().retryable_errors
        for type, said in HTTP.items():
            again: Repeated = "yes" if type.value in repeated else "no"
            if type is HttpErrorType.HTTP_STATUS:
                again = "by_status"
            yield ExplainedType(type.value, said.meaning, said.advice, again)
    elif kind is errors.SecurityError:
        for reason, said in SECURITY.items():
            yield ExplainedType(reason.value, said.meaning, said.advice, "no")

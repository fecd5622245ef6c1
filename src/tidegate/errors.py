"""Every exception that Tidegate raises on purpose.

::

    TidegateError(message, *, code, **details)
    ├── UserError                 the caller asked for something that can't be (HTTP 4xx)
    │   ├── NotFound              404
    │   ├── Conflict              409
    │   ├── Forbidden             403
    │   ├── VaultError            the key is missing or wrong, or a sealed secret was changed
    │   └── InvalidInput          422, with problems[]
    │       └── WorkflowInvalid   the document can't run, with problems[]
    ├── NodeError                 a node failed; the execution decides what that means
    │   ├── NodeFailed            the node says so; repeating won't help
    │   ├── NodeRetryable         may work later; may carry retry_after
    │   ├── NodeTimeout           the attempt's deadline passed
    │   ├── NodeCrashed           the process that worked for the node died
    │   ├── CredentialError       missing, unreadable or refused
    │   ├── ExpressionError       with the expression and the place in it
    │   │   ├── ExpressionRejected  refused before evaluation (syntax, forbidden construct)
    │   │   └── ExpressionLimit     a budget of the node execution ended it
    │   ├── CodeError             the user's code failed, with its line and the place in it
    │   ├── OutputTooLarge
    │   ├── HttpError             with an HttpErrorType
    │   └── SecurityError         with a SecurityErrorType and a risk level
    ├── ExecutionTimeout          an execution took longer than its timeout
    ├── OperationalError          database, queue or disk; the job is tried again (HTTP 503)
    │   └── LeaseLost             another process owns the execution now: stop at once
    └── Bug                       ours; reported with an id, its text stays hidden (HTTP 500)

``code`` is part of the API; the message is for people. Nothing may depend on a message's text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, ClassVar, Literal

RiskLevel = Literal["low", "medium", "high", "critical"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a document or a request, and where.

    ``line`` and ``column`` count from 1; ``parameter`` is a dotted path such as ``headers.0.name``.
    """

    message: str
    code: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    node: str | None = None
    parameter: str | None = None
    hint: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The problem as a JSON object without its empty fields."""
        return {key: value for key, value in asdict(self).items() if value is not None}


class HttpErrorType(StrEnum):
    """What went wrong on the way to or from an HTTP server."""

    TIMEOUT = "TIMEOUT"
    DNS_RESOLUTION = "DNS_RESOLUTION"
    CONNECTION_REFUSED = "CONNECTION_REFUSED"
    SSL_ERROR = "SSL_ERROR"
    NETWORK_UNREACHABLE = "NETWORK_UNREACHABLE"
    CONNECTION_RESET = "CONNECTION_RESET"
    TOO_MANY_REDIRECTS = "TOO_MANY_REDIRECTS"
    RESPONSE_TOO_LARGE = "RESPONSE_TOO_LARGE"
    INVALID_RESPONSE = "INVALID_RESPONSE"
    HTTP_STATUS = "HTTP_STATUS"
    CIRCUIT_OPEN = "CIRCUIT_OPEN"


class SecurityErrorType(StrEnum):
    """Why the gate or a limit refused."""

    BLOCKED_URL = "BLOCKED_URL"
    INTERNAL_NETWORK = "INTERNAL_NETWORK"
    RESOURCE_LIMIT_EXCEEDED = "RESOURCE_LIMIT_EXCEEDED"
    INVALID_PROTOCOL = "INVALID_PROTOCOL"
    MALICIOUS_CONTENT = "MALICIOUS_CONTENT"


class TidegateError(Exception):
    """Base of all; ``details`` are JSON values that help a person or a program."""

    code: ClassVar[str] = "ERROR"
    http_status: ClassVar[int] = 500

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def as_json(self) -> dict[str, Any]:
        """The error as it is stored and shown: ``{"code", "message", ...details}``."""
        return {"code": self.code, "message": self.message, **self.details}


class UserError(TidegateError):
    """The caller asked for something that can't be; the message says what would work."""

    code = "USER_ERROR"
    http_status = 400


class NotFound(UserError):
    """The named thing does not exist (or is not the caller's to see)."""

    code = "NOT_FOUND"
    http_status = 404


class Conflict(UserError):
    """The thing changed or is in a state that does not allow this."""

    code = "CONFLICT"
    http_status = 409


class Forbidden(UserError):
    """The caller may not do this."""

    code = "FORBIDDEN"
    http_status = 403


class InvalidInput(UserError):
    """The input is wrong; ``problems`` lists every place at once."""

    code = "INVALID_INPUT"
    http_status = 422

    def __init__(self, message: str, problems: Sequence[Problem] = (), **details: Any) -> None:
        super().__init__(message, **details)
        self.problems = tuple(problems)

    def as_json(self) -> dict[str, Any]:
        """The error with its problems."""
        return {**super().as_json(), "problems": [problem.as_json() for problem in self.problems]}


class VaultError(UserError):
    """The vault's key is missing or wrong, or a sealed secret was changed."""

    code = "VAULT_ERROR"


class WorkflowInvalid(InvalidInput):
    """The workflow document can't run."""

    code = "WORKFLOW_INVALID"


class NodeError(TidegateError):
    """A node failed. ``retryable`` says whether repeating may help."""

    code = "NODE_FAILED"
    retryable: bool = False
    retry_after: float | None = None


class NodeFailed(NodeError):
    """The node could not do its work and repeating won't help."""


class NodeRetryable(NodeError):
    """The node could not do its work now; it may work after ``retry_after`` seconds."""

    code = "NODE_RETRYABLE"
    retryable = True

    def __init__(self, message: str, retry_after: float | None = None, **details: Any) -> None:
        super().__init__(message, **details)
        self.retry_after = retry_after


class NodeTimeout(NodeError):
    """The attempt took longer than the node's timeout."""

    code = "NODE_TIMEOUT"
    retryable = True


class NodeCrashed(NodeError):
    """The process that worked for the node died; it is not known how far it had come."""

    code = "CRASHED"


class CredentialError(NodeError):
    """A credential is missing, unreadable or was refused.

    ``is_tampering``: its sealed bytes do not open, by the right key or at all.
    """

    code = "CREDENTIAL_ERROR"
    is_tampering: bool = False


class ExpressionError(NodeError):
    """An expression could not be evaluated; ``line`` and ``column`` count from 1."""

    code = "EXPRESSION_ERROR"

    def __init__(
        self,
        message: str,
        *,
        source: str | None = None,
        line: int | None = None,
        column: int | None = None,
        end_column: int | None = None,
    ) -> None:
        super().__init__(message)
        self.source, self.line, self.column, self.end_column = source, line, column, end_column

    def pretty(self) -> str:
        """The message, the line of the expression and a caret under the place."""
        if self.source is None or self.column is None:
            return self.message
        lines = self.source.splitlines() or [""]
        shown = lines[min((self.line or 1) - 1, len(lines) - 1)]
        width = max(1, (self.end_column or self.column + 1) - self.column)
        return f"{self.message}\n  {shown}\n  {' ' * (self.column - 1)}{'^' * width}"

    def as_json(self) -> dict[str, Any]:
        """The error with the expression and the place in it."""
        place = {
            "expression": self.source,
            "line": self.line,
            "column": self.column,
            "pretty": self.pretty(),
        }
        return super().as_json() | {k: v for k, v in place.items() if v is not None}


class ExpressionRejected(ExpressionError):
    """Refused before evaluation: a syntax error or a construct that is not allowed."""

    code = "EXPRESSION_REJECTED"


class ExpressionLimit(ExpressionError):
    """The node execution's budget of steps, memory, time or output ended the expression."""

    code = "EXPRESSION_LIMIT"


class CodeError(NodeError):
    """The code of a code node could not run or failed; ``line`` and ``column`` count from 1.

    ``text`` is the user's own line. Without a line the failure has no place in the code.
    """

    code = "CODE_ERROR"

    def __init__(
        self,
        message: str,
        *,
        text: str = "",
        line: int | None = None,
        column: int | None = None,
        end_column: int | None = None,
    ) -> None:
        super().__init__(message)
        self.text, self.line, self.column, self.end_column = text, line, column, end_column

    def pretty(self) -> str:
        """The message, the user's line and a caret under the place."""
        if self.line is None:
            return self.message
        shown = f"{self.message}\n  {self.line} | {self.text}"
        if self.column is None:
            return shown
        width = max(1, (self.end_column or self.column + 1) - self.column)
        margin = " " * len(str(self.line))
        return f"{shown}\n  {margin} | {' ' * (self.column - 1)}{'^' * width}"

    def as_json(self) -> dict[str, Any]:
        """The error with the line and the place in it."""
        place = {
            "line": self.line,
            "column": self.column,
            "text": self.text or None,
            "pretty": self.pretty() if self.line is not None else None,
        }
        return super().as_json() | {k: v for k, v in place.items() if v is not None}


class OutputTooLarge(NodeError):
    """The node produced more than it may."""

    code = "OUTPUT_TOO_LARGE"


class HttpError(NodeError):
    """A request failed on the network or the answer was not usable."""

    code = "HTTP_ERROR"

    def __init__(
        self,
        message: str,
        type: HttpErrorType,
        *,
        retry_after: float | None = None,
        safe_to_repeat: bool = True,
        **details: Any,
    ) -> None:
        super().__init__(message, **details)
        self.type = type
        self.retry_after = retry_after
        self.safe_to_repeat = safe_to_repeat

    def as_json(self) -> dict[str, Any]:
        """The error with its type."""
        return super().as_json() | {"type": self.type.value}


class SecurityError(NodeError):
    """The gate or a limit refused; ``rule`` names the rule, ``blocked`` what it refused."""

    code = "SECURITY_ERROR"

    def __init__(
        self,
        message: str,
        type: SecurityErrorType,
        *,
        rule: str,
        blocked: str = "",
        risk: RiskLevel = "medium",
        **details: Any,
    ) -> None:
        super().__init__(message, **details)
        self.type, self.rule, self.blocked, self.risk = type, rule, blocked, risk
        self.is_recorded = False
        """Whether it is in the security events already."""

    def as_json(self) -> dict[str, Any]:
        """The error in the founding design's shape."""
        return super().as_json() | {
            "type": self.type.value,
            "security_rule": self.rule,
            "blocked_resource": self.blocked,
            "risk_level": self.risk,
        }


class ExecutionTimeout(TidegateError):
    """The execution, or the poll of a trigger, took longer than it may."""

    code = "TIMEOUT"


class OperationalError(TidegateError):
    """The database, the queue or the disk does not work now."""

    code = "UNAVAILABLE"
    http_status = 503


class LeaseLost(OperationalError):
    """Another process owns the execution now (its fencing token is higher): stop at once."""

    code = "LEASE_LOST"


class Bug(TidegateError):
    """A mistake of Tidegate's own. People see the id; the text goes to the log only."""

    code = "BUG"


def error_json(error: BaseException) -> Mapping[str, Any]:
    """Any exception as the JSON object that is stored and shown."""
    if isinstance(error, TidegateError):
        return error.as_json()
    return {"code": Bug.code, "message": "Tidegate made a mistake here; the log has the details."}

"""What the gate thinks of a URL or an address, in the founding design's shape."""

from typing import NamedTuple

from tidegate.egress.errors import TABLE, Reason, failure
from tidegate.errors import NodeError, RiskLevel


class Verdict(NamedTuple):
    """Allowed or refused, and why.

    ``errors`` are sentences that a workflow's author may see; ``detail`` is for operators and the
    audit record (it may name addresses). ``sanitized_url`` is rebuilt from its parts and set only
    where the URL could be read. ``rule`` names the exact rule, also of an allowed URL.
    """

    is_valid: bool
    rule: str
    risk_level: RiskLevel = "low"
    errors: tuple[str, ...] = ()
    sanitized_url: str | None = None
    blocked_resource: str = ""
    reason: Reason | None = None
    detail: str = ""

    def about(self, url: str) -> "Verdict":
        """The same verdict with the URL, rebuilt from its parts, that it is about."""
        # _replace() takes three times as long.
        return Verdict(*self[:4], url, *self[5:])

    @property
    def category(self) -> str | None:
        """The public category of a refusal, None of an allowed URL."""
        return None if self.reason is None else TABLE[self.reason].category

    def error(self) -> NodeError:
        """The refusal as the error that fails a node. Only for a verdict that is not valid."""
        assert self.reason is not None
        return failure(
            self.reason,
            self.errors[0],
            blocked=self.blocked_resource,
            risk=self.risk_level,
        )


class Refused(Exception):
    """Carries the verdict from where a URL is taken apart to where it becomes an error."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.rule)
        self.verdict = verdict


def refusal(
    reason: Reason,
    rule: str,
    sentence: str = "",
    *,
    blocked: str = "",
    risk: RiskLevel | None = None,
    detail: str = "",
) -> Verdict:
    """A verdict that refuses, with the table's sentence and risk where none is given."""
    row = TABLE[reason]
    return Verdict(
        is_valid=False,
        rule=rule,
        risk_level=risk or row.risk,
        errors=(sentence or row.sentence,),
        blocked_resource=blocked,
        reason=reason,
        detail=detail,
    )

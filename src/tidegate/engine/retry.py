"""Whether a failed attempt is repeated, and when."""

import random
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from tidegate.errors import HttpError, HttpErrorType, NodeError
from tidegate.model.workflow import RetryPolicy


def effective_policy(
    type_defaults: Mapping[str, Any], settings: Mapping[str, Any] | None
) -> RetryPolicy:
    """The policy of a placed node: its own settings over its type's defaults over the rest."""
    known = {field.name for field in fields(RetryPolicy)}
    values = {**type_defaults, **(settings or {})}
    for name in ("retryable_status_codes", "retryable_errors"):
        if name in values:
            values[name] = tuple(values[name])
    return replace(
        RetryPolicy(), **{name: value for name, value in values.items() if name in known}
    )


def is_retryable(policy: RetryPolicy, error: NodeError) -> bool:
    """Whether the policy repeats after this error."""
    if isinstance(error, HttpError) and not error.safe_to_repeat:
        return False
    if policy.retry_all_errors or error.retryable or error.code in policy.retryable_errors:
        return True
    if not isinstance(error, HttpError):
        return False
    if error.type.value in policy.retryable_errors:
        return True
    status = error.details.get("status_code")
    return error.type is HttpErrorType.HTTP_STATUS and status in policy.retryable_status_codes


def has_time(policy: RetryPolicy, spent: float, retry: int, error: NodeError) -> bool:
    """Whether retry number ``retry`` can begin within the policy's total time.

    ``spent`` is the seconds since the first attempt began; the delay counts without its jitter.
    """
    if policy.max_total_time is None:
        return True
    delay = delay_seconds(replace(policy, jitter=0.0), retry, error)
    return (spent + delay) * 1000 <= policy.max_total_time


def delay_seconds(policy: RetryPolicy, retry: int, error: NodeError) -> float:
    """How long to wait before retry number ``retry`` (from 1).

    Exponential backoff with jitter, but never less than what a server asked for (Retry-After), up
    to the maximum delay.
    """
    wanted = min(policy.retry_delay * policy.backoff_multiplier ** (retry - 1), policy.max_delay)
    spread = wanted * policy.jitter
    delay = wanted - spread + random.random() * spread  # noqa: S311 - jitter, not a secret
    asked = (error.retry_after or 0.0) * 1000
    return max(delay, min(asked, policy.max_delay)) / 1000

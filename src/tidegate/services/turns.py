"""The limits of a workflow's settings: which executions share one."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from tidegate import codec
from tidegate.errors import ExpressionError, InvalidInput
from tidegate.expressions import Scope, compile_template
from tidegate.model.execution import Turn
from tidegate.model.workflow import Workflow
from tidegate.sdk.budget import Budget

KEY_ROOTS: Final = frozenset({"data"})
"""What expressions in a key see beside ``vars`` and ``workflow``."""
_MEMORY: Final = 8 << 20
_STEPS: Final = 100_000


def turn_of(
    workflow: Workflow, workflow_id: str, data: Any, variables: Mapping[str, Any]
) -> Turn | None:
    """The place of a new execution among those of its workflow; None: there is no limit.

    Raises:
        InvalidInput: the key can't be computed from what the trigger is given.
    """
    settings = workflow.settings.concurrency
    if settings is None:
        return None
    key = _key(settings.key, workflow, workflow_id, data, variables)
    # Hashed: it may hold what the trigger was given, which may be secret.
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return Turn(f"{workflow_id}/{digest}", settings.limit, settings.policy, settings.max_queued)


def _key(
    text: str, workflow: Workflow, workflow_id: str, data: Any, variables: Mapping[str, Any]
) -> str:
    template = compile_template(text, extra_roots=KEY_ROOTS)
    if template is None:
        return text
    roots = {
        "data": data,
        "vars": {**workflow.variables, **variables},
        "workflow": {"id": workflow_id, "name": workflow.name},
    }
    try:
        value = template.evaluate(Scope(roots, Budget(memory=_MEMORY, steps=_STEPS, seconds=1)))
    except ExpressionError as error:
        raise InvalidInput(
            f"the key of settings.concurrency can't be computed: {error.message}"
        ) from None
    return value if isinstance(value, str) else codec.encode(value).decode()

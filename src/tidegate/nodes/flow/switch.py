"""flow.switch: send items to one of several outputs."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from tidegate.sdk import (
    Context,
    Example,
    Field,
    Item,
    Json,
    Lazy,
    Node,
    NodeFailed,
    NodeParams,
    Outputs,
)
from tidegate.sdk.values import identity, shown, truth

FALLBACK = "fallback"
OutputName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]


class Rule(NodeParams):
    """One output and the condition that leads to it."""

    output: OutputName = Field(label="Output", placeholder="large", expressions=False)
    condition: Lazy[bool] = Field(label="Condition", placeholder="{{ json.total > 100 }}")


class Case(NodeParams):
    """One output and the value that leads to it."""

    output: OutputName = Field(label="Output", placeholder="germany", expressions=False)
    equals: Json = Field(label="Value")


class Switch(Node):
    """Send each item to one of several outputs, by rules or by a value.

    With rules, each output has a condition; they are looked at in their order, and no further than
    to the first that is met. By value, each output has a value that is compared with the item's:
    `1` equals `1.0`, but not the text "1". Several rules may lead to the same output.

    Items that no rule or value fits go to the output ``fallback``, are dropped, or are an error.
    """

    name = "flow.switch"
    label = "Switch"
    category = "flow"
    outputs = (FALLBACK,)

    class Params(NodeParams):
        """The outputs, and what leads to them."""

        mode: Literal["rules", "value"] = Field("rules", label="Mode")
        rules: list[Rule] = Field([], label="Rules", show_when={"mode": "rules"})
        value: Lazy[Json] = Field(
            None, label="Value", placeholder="{{ json.country }}", show_when={"mode": "value"}
        )
        cases: list[Case] = Field([], label="Cases", show_when={"mode": "value"})
        matches: Literal["first", "all"] = Field(
            "first",
            label="Send to",
            description="The first output that fits, or all of them.",
        )
        otherwise: Literal["output", "drop", "fail"] = Field(
            "output",
            label="If nothing fits",
            description="Send to the output fallback, drop the item, or fail.",
            expressions=False,
        )

    examples = (
        Example(
            {
                "rules": [
                    {"output": "large", "condition": "{{ json.total >= 100 }}"},
                    {"output": "medium", "condition": "{{ json.total >= 10 }}"},
                ]
            },
            items=[{"total": 500}, {"total": 50}, {"total": 5}],
            outputs={
                "large": [{"total": 500}],
                "medium": [{"total": 50}],
                "fallback": [{"total": 5}],
            },
            title="By rules",
        ),
        Example(
            {
                "mode": "value",
                "value": "{{ json.country }}",
                "cases": [
                    {"output": "german", "equals": "DE"},
                    {"output": "german", "equals": "AT"},
                    {"output": "french", "equals": "FR"},
                ],
                "otherwise": "drop",
            },
            items=[{"country": "AT"}, {"country": "FR"}, {"country": "NO"}],
            outputs={"german": [{"country": "AT"}], "french": [{"country": "FR"}]},
            title="By a value",
        ),
    )

    @classmethod
    def outputs_for(cls, params: Mapping[str, Any]) -> tuple[str, ...]:
        """One output for each name in the rules or cases, and the fallback."""
        listed = params.get("cases" if params.get("mode") == "value" else "rules")
        names: dict[str, None] = {}
        for rule in listed if isinstance(listed, list | tuple) else ():
            output = rule.get("output") if isinstance(rule, Mapping) else None
            if isinstance(output, str):
                names[output] = None
        if params.get("otherwise", "output") == "output":
            names[FALLBACK] = None
        return tuple(names)

    async def run_batches(
        self, ctx: Context, params: Params, batches: AsyncIterator[Sequence[Item]]
    ) -> AsyncIterator[Outputs]:
        """The same items, each on its outputs."""
        fitting = _by_value(params) if params.mode == "value" else _by_rules(params)
        index = 0
        async for batch in batches:
            out: dict[str, list[Item]] = {}
            for item in batch:
                names = fitting(item, index)
                if not names:
                    if params.otherwise == "fail":
                        raise NodeFailed(f"nothing fits item {index}: {shown(item.json)}")
                    names = (FALLBACK,) if params.otherwise == "output" else ()
                for name in names:
                    out.setdefault(name, []).append(item)
                index += 1
            yield Outputs(out)


Fitting = Callable[[Item, int], Sequence[str]]


def _by_rules(params: Switch.Params) -> Fitting:
    first_only = params.matches == "first"
    rules = [(rule.output, rule.condition) for rule in params.rules]

    def fitting(item: Item, index: int) -> Sequence[str]:
        found: dict[str, None] = {}
        for output, condition in rules:
            if truth(condition(item), index, f"condition of {output!r}"):
                found[output] = None
                if first_only:
                    break
        return tuple(found)

    return fitting


def _by_value(params: Switch.Params) -> Fitting:
    outputs: dict[bytes, dict[str, None]] = {}
    for case in params.cases:
        outputs.setdefault(identity(case.equals), {})[case.output] = None
    count = 1 if params.matches == "first" else None
    found = {mark: tuple(names)[:count] for mark, names in outputs.items()}

    def fitting(item: Item, index: int) -> Sequence[str]:
        return found.get(identity(params.value(item)), ())

    return fitting

"""data.compare: what two data sets have in common, and where they differ."""

from collections import deque
from collections.abc import Sequence
from typing import Literal

from tidegate.sdk import Context, Example, Field, Item, JsonObject, Node, NodeParams, Outputs
from tidegate.sdk.paths import (
    MISSING,
    FieldName,
    FieldPath,
    UnknownFields,
    check_fields,
    join_keys,
    parse_path,
)
from tidegate.sdk.values import identity

_ENTRY_SIZE = 260
"""What one item takes in the index by key, in bytes: its mark and its place in a queue."""
_PAIR_SIZE = 700
"""What a pair takes at most, beside the two items themselves."""


class KeyPair(NodeParams):
    """A field of A and the field of B that it is matched with."""

    a: FieldName = Field(label="Field in A")
    b: FieldName | None = Field(None, label="Field in B", description="Empty: the same field.")


class Compare(Node):
    """Match the items of two inputs by key, and say which are new, gone, equal or changed.

    Every item of A goes to exactly one of ``in_a_only``, ``same`` and ``different``, every item of
    B to one of ``in_b_only``, ``same`` and ``different``. Where a key occurs several times, the
    first item of A is compared with the first one of B, the second with the second, and so on. An
    item whose key is missing or null matches nothing.

    Values are equal as JSON: `1` equals `1.0`, but not the text "1".
    """

    name = "data.compare"
    label = "Compare data sets"
    category = "data"
    inputs = ("a", "b")
    outputs = ("in_a_only", "same", "different", "in_b_only")

    class Params(NodeParams):
        """Keys, and what to compare."""

        keys: list[KeyPair] = Field(
            min_length=1, label="Match by", description="All of these fields must be equal."
        )
        ignore: list[FieldName] = Field(
            [], label="Ignore fields", description="Fields whose differences do not matter."
        )
        show: Literal["both", "a", "b"] = Field(
            "both",
            label="Different items",
            description="both: an item {key, changed, a, b} with the two versions and the list of "
            "fields that differ. a or b: the item of that input.",
        )
        unknown_fields: UnknownFields = Field(
            "fail", label="If no item has the field", description="Most often it is a typo."
        )

    examples = (
        Example(
            {"keys": [{"a": "id"}]},
            items=(),
            inputs={
                "a": [{"id": 1, "n": "x"}, {"id": 2, "n": "y"}, {"id": 3, "n": "z"}],
                "b": [{"id": 2, "n": "y"}, {"id": 3, "n": "new"}, {"id": 4, "n": "w"}],
            },
            outputs={
                "in_a_only": [{"id": 1, "n": "x"}],
                "same": [{"id": 2, "n": "y"}],
                "different": [
                    {
                        "key": {"id": 3},
                        "changed": ["n"],
                        "a": {"id": 3, "n": "z"},
                        "b": {"id": 3, "n": "new"},
                    }
                ],
                "in_b_only": [{"id": 4, "n": "w"}],
            },
            title="New, gone, equal and changed",
        ),
        Example(
            {
                "keys": [{"a": "sku", "b": "article.number"}],
                "ignore": ["article", "sku", "seen"],
                "show": "b",
            },
            items=(),
            inputs={
                "a": [{"sku": "c1", "price": 5, "seen": "May"}],
                "b": [{"article": {"number": "c1"}, "price": 6, "seen": "June"}],
            },
            outputs={
                "in_a_only": [],
                "same": [],
                "different": [{"article": {"number": "c1"}, "price": 6, "seen": "June"}],
                "in_b_only": [],
            },
            title="Keys with different names",
        ),
    )

    async def run(self, ctx: Context, params: Params, items: Sequence[Item]) -> Outputs:
        """Each item on its output."""
        a, b = ctx.inputs.get("a", ()), ctx.inputs.get("b", ())
        keys_a = [parse_path(key.a) for key in params.keys]
        keys_b = [parse_path(key.b or key.a) for key in params.keys]
        check_fields(a, keys_a, params.unknown_fields, "of input a, no item")
        check_fields(b, keys_b, params.unknown_fields, "of input b, no item")
        waiting: dict[bytes, deque[int]] = {}
        ctx.budget.charge(_ENTRY_SIZE * len(b) + _PAIR_SIZE * len(a), "the items to compare")
        for position, item in enumerate(b):
            mark = _mark(item.json, keys_b)
            if mark is not None:
                waiting.setdefault(mark, deque()).append(position)
        ignored = [parse_path(name) for name in params.ignore]
        out: dict[str, list[Item]] = {name: [] for name in self.outputs}
        matched = bytearray(len(b))
        for item in a:
            mark = _mark(item.json, keys_a)
            queue = waiting.get(mark) if mark is not None else None
            if not queue:
                out["in_a_only"].append(item)
                continue
            position = queue.popleft()
            matched[position] = True
            other = b[position]
            changed = _changed(_without(item.json, ignored), _without(other.json, ignored))
            if changed:
                out["different"].append(_difference(item, other, keys_a, changed, params.show))
            else:
                out["same"].append(Item(item.json, item.files, (item, other)))
        out["in_b_only"] = [item for item, used in zip(b, matched, strict=True) if not used]
        return Outputs(out)


def _mark(json: JsonObject, keys: Sequence[FieldPath]) -> bytes | None:
    values = [key.get(json) for key in keys]
    if any(value is MISSING or value is None for value in values):
        return None
    return identity(values)


def _without(json: JsonObject, ignored: Sequence[FieldPath]) -> JsonObject:
    if not ignored:
        return json
    rest = dict(json)
    for path in ignored:
        path.delete(rest)
    return rest


def _changed(a: JsonObject, b: JsonObject) -> list[str]:
    """The names of the fields that differ, those of A first."""
    if identity(a) == identity(b):
        return []
    names = [*a, *(name for name in b if name not in a)]
    return [
        join_keys([name])
        for name in names
        if name not in a or name not in b or identity(a[name]) != identity(b[name])
    ]


def _difference(a: Item, b: Item, keys: Sequence[FieldPath], changed: list[str], show: str) -> Item:
    if show != "both":
        chosen = a if show == "a" else b
        return Item(chosen.json, chosen.files, (a, b))
    key: JsonObject = {}
    for path in keys:
        path.assign(key, path.get(a.json))
    return Item({"key": key, "changed": changed, "a": a.json, "b": b.json}, a.files, (a, b))

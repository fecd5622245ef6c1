"""data.set: set, change and remove fields."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal

from tidegate.sdk import Context, Example, Field, Item, Json, Lazy, Node, NodeParams
from tidegate.sdk.paths import FieldName, FieldSetter, parse_path, select


class SetFields(Node):
    """Set, change and remove fields of each item.

    A value that is one expression keeps its type: ``{{ json.price * 2 }}`` gives a number. Text
    around it makes it text: ``{{ json.price }} EUR``. Values may be lists and objects with
    expressions inside. Every value sees the item as it came in, not the other new fields.

    A name may be a path: ``address.city`` makes or changes a field inside an object, ``tags[0]``
    an element of a list, and ``["a.b"]`` names a key that holds a dot.
    """

    name = "data.set"
    label = "Set fields"
    category = "data"

    class Params(NodeParams):
        """Which fields to set, keep and remove."""

        fields: Lazy[dict[str, Json]] = Field(
            {},
            label="Fields",
            widget="key_value",
            description="The fields to set: a name or a path, and any value.",
        )
        keep: Literal["all", "none", "selected"] = Field(
            "all",
            label="Keep other fields",
            description="Which fields of the item stay beside the ones that are set.",
        )
        keep_fields: list[FieldName] = Field(
            [], label="Fields to keep", show_when={"keep": "selected"}
        )
        remove: list[FieldName] = Field(
            [],
            label="Remove fields",
            description="Fields to take out, before others are set. One that is not there is fine.",
        )

    examples = (
        Example(
            {"fields": {"total": "{{ json.price * json.qty }}", "currency": "EUR"}},
            items=[{"price": 2.5, "qty": 4}],
            output=[{"price": 2.5, "qty": 4, "total": 10.0, "currency": "EUR"}],
            title="Add two fields",
        ),
        Example(
            {
                "fields": {"address.city": "{{ json.city }}"},
                "keep": "selected",
                "keep_fields": ["name"],
            },
            items=[{"name": "Ada", "city": "London", "phone": "1"}],
            output=[{"name": "Ada", "address": {"city": "London"}}],
            title="Keep one field and make a nested one",
        ),
        Example(
            {"remove": ["password", "profile.token"]},
            items=[{"user": "ada", "password": "x", "profile": {"id": 1, "token": "y"}}],
            output=[{"user": "ada", "profile": {"id": 1}}],
            title="Remove fields",
        ),
    )

    async def run_batches(
        self, ctx: Context, params: Params, batches: AsyncIterator[Sequence[Item]]
    ) -> AsyncIterator[Sequence[Item]]:
        """Each item with its fields set."""
        selected = params.keep_fields if params.keep == "selected" else []
        kept = [parse_path(name) for name in selected]
        removed = [parse_path(name) for name in params.remove]
        keep_all = params.keep == "all"
        fields = params.fields
        setter = FieldSetter()
        async for batch in batches:
            out = []
            for item in batch:
                json = dict(item.json) if keep_all else select(item.json, kept)
                for path in removed:
                    path.delete(json)
                setter.put(json, fields(item))
                out.append(item.derive(json))
            yield out

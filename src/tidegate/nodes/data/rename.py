"""data.rename: give fields other names."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Literal

from tidegate.sdk import Context, Example, Field, Item, JsonObject, Node, NodeFailed, NodeParams
from tidegate.sdk.paths import (
    MISSING,
    FieldName,
    FieldPath,
    FieldWatch,
    UnknownFields,
    parse_path,
)

_REMEMBERED = 1000
_LONGEST_NAME = 1000

IfTaken = Literal["fail", "replace", "keep"]


class Renaming(NodeParams):
    """One field and its new name."""

    source: FieldName = Field(label="Field", placeholder="first_name")
    target: FieldName = Field(label="New name", placeholder="name.first")


class PatternRenaming(NodeParams):
    """A regular expression for names, and what stands in their place."""

    pattern: str = Field(
        label="Pattern", max_length=500, placeholder="^old_(.*)$", description="RE2 syntax."
    )
    replacement: str = Field(
        label="Replacement", max_length=500, description="\\1 stands for the first group."
    )


class Rename(Node):
    """Give fields other names.

    Fields are renamed one after the other and keep their place in the item. A path as the new name
    moves a field into an object (``name.first``) or out of it. Patterns are applied afterwards, in
    their order, to the names at the top of the item, or in all objects inside it too.
    """

    name = "data.rename"
    label = "Rename fields"
    category = "data"

    class Params(NodeParams):
        """The new names."""

        renames: list[Renaming] = Field([], label="Fields")
        patterns: list[PatternRenaming] = Field([], label="Patterns")
        nested: bool = Field(
            False,
            label="Patterns in nested objects too",
        )
        if_taken: IfTaken = Field(
            "fail",
            label="If the new name is taken",
            description="fail, replace the other field, or keep both as they are.",
        )
        unknown_fields: UnknownFields = Field(
            "fail", label="If no item has the field", description="Most often it is a typo."
        )

    examples = (
        Example(
            {"renames": [{"source": "mail", "target": "email"}]},
            items=[{"mail": "ada@example.org", "id": 1}],
            output=[{"email": "ada@example.org", "id": 1}],
            title="One field",
        ),
        Example(
            {"renames": [{"source": "first", "target": "name.first"}]},
            items=[{"id": 1, "first": "Ada"}],
            output=[{"id": 1, "name": {"first": "Ada"}}],
            title="Into an object",
        ),
        Example(
            {"patterns": [{"pattern": "^user_(.*)$", "replacement": "\\1"}]},
            items=[{"user_id": 1, "user_name": "Ada", "at": "now"}],
            output=[{"id": 1, "name": "Ada", "at": "now"}],
            title="Take a prefix away",
        ),
    )

    async def run_batches(
        self, ctx: Context, params: Params, batches: AsyncIterator[Sequence[Item]]
    ) -> AsyncIterator[Sequence[Item]]:
        """Each item with its fields renamed."""
        pairs = [(parse_path(r.source), parse_path(r.target)) for r in params.renames]
        patterns = _PatternRenamer(params) if params.patterns else None
        watch = FieldWatch((source for source, _target in pairs), params.unknown_fields)
        index = 0
        async for batch in batches:
            out = []
            for item in batch:
                watch.see(item.json)
                json = item.json
                for source, target in pairs:
                    json = _rename(json, source, target, params.if_taken, index)
                if patterns:
                    json = patterns.apply(json, index)
                out.append(item if json is item.json else item.derive(json))
                index += 1
            yield out
        watch.check()


def _rename(
    json: JsonObject, source: FieldPath, target: FieldPath, if_taken: IfTaken, index: int
) -> JsonObject:
    value = source.get(json)
    if value is MISSING or source.keys == target.keys:
        return json
    if target.get(json) is not MISSING and not _may_replace(if_taken, target.text, index):
        return json
    old, new = source.keys[-1], target.keys[-1]
    if source.keys[:-1] == target.keys[:-1] and isinstance(old, str) and isinstance(new, str):
        parent = FieldPath(source.text, source.keys[:-1])
        names = parent.get(json)
        if type(names) is dict:
            renamed = {
                new if key == old else key: child for key, child in names.items() if key != new
            }
            if not parent.keys:
                return renamed
            json = dict(json)
            parent.assign(json, renamed)
            return json
    json = dict(json)
    source.delete(json)
    target.assign(json, value)
    return json


def _may_replace(if_taken: IfTaken, name: str, index: int) -> bool:
    if if_taken == "fail":
        raise NodeFailed(
            f"item {index} has a field {name!r} already; choose what happens then under "
            "'If the new name is taken'"
        )
    return if_taken == "replace"


class _PatternRenamer:
    """Applies patterns to the names in an object, and remembers what it worked out."""

    def __init__(self, params: Rename.Params) -> None:
        self._patterns = [_compile(pattern) for pattern in params.patterns]
        self._nested = params.nested
        self._if_taken = params.if_taken
        self._known: dict[str, str] = {}

    def apply(self, value: Any, index: int) -> Any:
        """The value with the names in it changed."""
        if type(value) is list and self._nested:
            return [self.apply(child, index) for child in value]
        if type(value) is not dict:
            return value
        names = [self._name(key) for key in value]
        if len(set(names)) < len(names):
            names = self._settle(list(value), names, index)
        children = list(value.values())
        if self._nested:
            children = [self.apply(child, index) for child in children]
        # A renamed field replaces one that is not, so the renamed ones are put in last.
        pairs = list(zip(names, children, value, strict=True))
        renamed = {new: child for new, child, _old in pairs}
        renamed.update({new: child for new, child, old in pairs if new != old})
        return renamed

    def _name(self, name: str) -> str:
        new = self._known.get(name)
        if new is None:
            new = name
            for pattern in self._patterns:
                new = pattern(new)
            if len(self._known) < _REMEMBERED:
                self._known[name] = new
        return new

    def _settle(self, old: Sequence[str], new: list[str], index: int) -> list[str]:
        """What happens when two fields of one object would get the same name."""
        while True:
            counts = Counter(new)
            clashes = [i for i, name in enumerate(new) if counts[name] > 1 and name != old[i]]
            if not clashes or _may_replace(self._if_taken, new[clashes[0]], index):
                return new
            for i in clashes:
                new[i] = old[i]


def _compile(pattern: PatternRenaming) -> Callable[[str], str]:
    import re2  # noqa: PLC0415 - loads a native library that most workflows don't need

    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        compiled = re2.compile(pattern.pattern, options)
    except re2.error as error:
        detail = error.args[0].decode(errors="replace") if error.args else ""
        raise NodeFailed(f"the pattern {pattern.pattern!r} is not valid: {detail}") from None

    def apply(name: str) -> str:
        try:
            new = str(compiled.sub(pattern.replacement, name))
        except (IndexError, re2.error):
            raise NodeFailed(
                f"the replacement {pattern.replacement!r} names a group that the pattern "
                f"{pattern.pattern!r} does not have"
            ) from None
        if len(new) > _LONGEST_NAME:
            raise NodeFailed(
                f"the pattern {pattern.pattern!r} makes a name longer than {_LONGEST_NAME} "
                "characters"
            )
        return new

    return apply

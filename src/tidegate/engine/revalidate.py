"""Validating again only what expressions compute.

Of one item's parameters to the next only computed ones differ. Validating all parameters of a
large node for each item took longer than its request.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, create_model

from tidegate.sdk.params import NodeParams


class ComputedParams:
    """The computed parameters of a placed node: learned from the first item, quick for the others.

    ``computed`` names them. Nothing is learned where validators of the model's own see more than
    one parameter, or change what they see.
    """

    __slots__ = ("_base", "_validate", "computed")

    def __init__(self, computed: frozenset[str]) -> None:
        self.computed = computed
        self._base: NodeParams | None = None
        self._validate: Callable[..., BaseModel] | None = None

    @property
    def is_ready(self) -> bool:
        """Whether a first item was valid as a whole."""
        return self._base is not None

    def learn(self, made: NodeParams) -> None:
        """Take the first valid parameters."""
        model = type(made)
        rules = model.__pydantic_decorators__
        if rules.field_validators or rules.model_validators or rules.root_validators:
            return
        own = model.__mro__[: model.__mro__.index(NodeParams)]
        if any("model_validate" in base.__dict__ for base in own):
            return  # it validates in its own way
        known = model.model_fields
        parts: dict[str, Any] = {
            name: (known[name].annotation, known[name]) for name in self.computed if name in known
        }
        model = create_model("Computed", __base__=NodeParams, **parts)
        self._validate = model.__pydantic_validator__.validate_python
        self._base = made

    def make(self, computed: dict[str, Any], lazy: Mapping[str, Any], context: Any) -> NodeParams:
        """The parameters of another item; ``lazy`` ones are bound already.

        ``context`` is the validation's.

        Raises:
            ValidationError: a computed value is not what its parameter takes.
        """
        assert self._validate is not None
        assert self._base is not None
        valid = self._validate(computed, context=context).__dict__
        return with_values(self._base, {**self._base.__dict__, **valid, **lazy})


def with_values(base: NodeParams, values: dict[str, Any]) -> NodeParams:
    """Parameters like ``base`` with other values, which are known to be valid."""
    made = base.__class__.__new__(base.__class__)
    object.__setattr__(made, "__dict__", values)
    object.__setattr__(made, "__pydantic_fields_set__", base.__pydantic_fields_set__)
    object.__setattr__(made, "__pydantic_extra__", None)
    object.__setattr__(made, "__pydantic_private__", None)
    return made

"""From a node's raw parameters to the values that it works with.

Compiled once for each workflow version; evaluated once a node execution, or for each item.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import ValidationError

from tidegate.engine.revalidate import ComputedParams, with_values
from tidegate.errors import ExpressionError, InvalidInput, NodeFailed
from tidegate.expressions import Scope, Template, compile_template
from tidegate.model.field_problems import params_problems
from tidegate.model.item import Item
from tidegate.sdk.params import (
    RESOLVED,
    Lazy,
    NodeParams,
    field_hints,
    is_lazy_field,
    lazy_row_model,
)

Evaluate = Callable[[Scope], Any]
Bind = Callable[[Scope, Item | None], None]
"""Makes an item the current one of a scope."""

COSTLY_ROOTS: Final = frozenset({"items", "trigger"})
"""Roots whose values are fetched only where expressions name them."""

_UNBOUND: Lazy[Any] = Lazy.constant(None)
"""Stands in for a lazy parameter while the others are validated."""


@dataclass(frozen=True, slots=True)
class Field:
    """One compiled parameter: a constant, or what computes it.

    ``rows`` are the compiled objects of a list whose objects have lazy parameters themselves
    (the rules of a switch).
    """

    name: str
    value: Any
    evaluate: Evaluate | None
    is_lazy: bool
    rows: tuple[tuple["Field", ...], ...] | None = None

    def resolve(self, scope: Scope, bind: "Bind") -> Any:
        """The parameter's value, or the lazy parameter.

        Raises:
            ExpressionError: naming the parameter.
        """
        if self.rows is not None:
            return [{f.name: f.resolve(scope, bind) for f in row} for row in self.rows]
        if self.evaluate is None:
            return self.value
        if self.is_lazy:
            return _BoundLazy(self.name, self.evaluate, scope, bind)
        try:
            return self.evaluate(scope)
        except ExpressionError as error:
            error.details.setdefault("parameter", self.name)
            raise

    def unbound(self) -> Any:
        """The value to validate before anything is computed."""
        if self.rows is not None:
            return [{f.name: f.unbound() for f in row} for row in self.rows]
        return self.value if self.evaluate is None else _UNBOUND


@dataclass(frozen=True, slots=True)
class ParamsPlan:
    """The compiled parameters of one placed node.

    ``constant`` is set when nothing has to be computed; ``lazy_base`` when only lazy parameters
    have to be, with the others validated. ``roots`` and ``nodes`` are what the
    expressions name, in lazy parameters too; ``has_costly_roots``: some of them must be fetched.
    """

    model: type[NodeParams]
    fields: tuple[Field, ...]
    constant: NodeParams | None
    lazy_base: NodeParams | None
    roots: frozenset[str]
    nodes: frozenset[str]
    eager_roots: frozenset[str]
    uses_item: bool = field(init=False)
    has_costly_roots: bool = field(init=False)
    _lazy: tuple[Field, ...] = field(init=False)
    _known: ComputedParams = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "uses_item", "item" in self.roots)
        object.__setattr__(self, "has_costly_roots", not self.roots.isdisjoint(COSTLY_ROOTS))
        object.__setattr__(self, "_lazy", _computed(self.fields))
        eager = frozenset(one.name for one in self._lazy if not one.is_lazy)
        object.__setattr__(self, "_known", ComputedParams(eager))

    @property
    def has_eager_expressions(self) -> bool:
        """Whether a parameter that is not lazy has an expression."""
        return any(one.evaluate is not None and not one.is_lazy for one in self.fields)

    def resolve(self, scope: Scope, bind: Bind) -> NodeParams:
        """The parameters for the scope's current item.

        Args:
            scope: where expressions are evaluated.
            bind: makes an item the scope's current one, for lazy parameters.

        Raises:
            ExpressionError: naming the parameter.
            NodeFailed: a computed value is not what the parameter takes.
        """
        if self.constant is not None:
            return self.constant
        if self.lazy_base is not None:
            return _with_lazy_fields(self.lazy_base, self._lazy, scope, bind)
        fields = self._lazy if self._known.is_ready else self.fields
        values = {one.name: one.resolve(scope, bind) for one in fields}
        try:
            return self._validated(values)
        except ValidationError as error:
            problems = params_problems(error, values, self.model)
            text = "; ".join(f"{p.parameter}: {p.message}" for p in problems)
            raise NodeFailed(
                f"a parameter has a wrong value: {text}",
                problems=[problem.as_json() for problem in problems],
            ) from None

    def _validated(self, values: dict[str, Any]) -> NodeParams:
        known = self._known
        if known.is_ready:
            computed = {name: values[name] for name in known.computed}
            lazy = {name: value for name, value in values.items() if name not in known.computed}
            return known.make(computed, lazy, RESOLVED)
        made = self.model.model_validate(values, context=RESOLVED)
        if not any(one.rows is not None for one in self.fields):
            known.learn(made)
        return made


def _computed(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The fields that are no constants."""
    return tuple(one for one in fields if one.evaluate is not None or one.rows is not None)


def _with_lazy_fields(
    base: NodeParams, fields: Sequence[Field], scope: Scope, bind: Bind
) -> NodeParams:
    """A copy of the validated parameters with the lazy ones bound to the scope."""
    values = base.__dict__.copy()
    for lazy in fields:
        if lazy.rows is not None:
            values[lazy.name] = [
                _with_lazy_fields(row, _computed(row_fields), scope, bind)
                for row, row_fields in zip(values[lazy.name], lazy.rows, strict=True)
            ]
        elif lazy.evaluate is not None:
            values[lazy.name] = _BoundLazy(lazy.name, lazy.evaluate, scope, bind)
    return with_values(base, values)


class _BoundLazy(Lazy[Any]):
    """A lazy parameter bound to a scope; evaluates for whichever item it is called with."""

    __slots__ = ("_bind", "_compute", "_name", "_scope")

    def __init__(self, name: str, compute: Evaluate, scope: Scope, bind: Bind) -> None:
        self._name, self._compute, self._scope, self._bind = name, compute, scope, bind
        self.is_constant = False

    def __call__(self, item: Item | None = None, /, **roots: Any) -> Any:
        """The value for ``item``, with further roots by name.

        Raises:
            ExpressionError: naming the parameter.
        """
        try:
            self._bind(self._scope, item)
            return self._compute(self._scope) if not roots else self._compute_with(roots)
        except ExpressionError as error:
            error.details.setdefault("parameter", self._name)
            raise

    def _compute_with(self, roots: Mapping[str, Any]) -> Any:
        scope = self._scope
        values = scope.values
        before = {name: values[name] for name in roots if name in values}
        values.update(roots)
        try:
            return self._compute(scope)
        finally:
            for name in roots:
                del values[name]
            values.update(before)


def compile_params(model: type[NodeParams], raw: Mapping[str, Any]) -> ParamsPlan:
    """Compile a node's raw parameters.

    Raises:
        ExpressionRejected: an expression can't be compiled.
        InvalidInput: parameters without expressions are wrong; lists every problem.
    """
    templates: list[Template] = []
    eager: list[Template] = []
    fields = _compile_fields(model, raw, templates, eager)
    constant = lazy_base = None
    if not eager:
        try:
            lazy_base = model.model_validate({one.name: one.unbound() for one in fields})
        except ValidationError as error:
            raise InvalidInput("wrong parameters", params_problems(error, raw, model)) from None
        if not templates:
            constant, lazy_base = lazy_base, None
    return ParamsPlan(
        model,
        fields,
        constant,
        lazy_base,
        frozenset().union(*(template.roots for template in templates)),
        frozenset().union(*(template.nodes for template in templates)),
        frozenset().union(*(template.roots for template in eager)),
    )


def _compile_fields(
    model: type[NodeParams],
    raw: Mapping[str, Any],
    templates: list[Template],
    eager: list[Template],
) -> tuple[Field, ...]:
    """The compiled parameters; adds the expressions that it finds to the two lists."""
    fields = []
    for name, value in raw.items():
        row_model = lazy_row_model(model, name)
        if row_model is not None and _is_list_of_objects(value):
            rows = tuple(_compile_fields(row_model, row, templates, eager) for row in value)
            fields.append(Field(name, value, None, is_lazy=True, rows=rows))
            continue
        hints = field_hints(model, name)
        is_lazy = is_lazy_field(model, name)
        found: list[Template] = []
        evaluate = (
            None
            if hints.get("expressions") is False
            else _compile(value, found, frozenset(hints.get("roots", ())))
        )
        templates += found
        eager += [] if is_lazy else found
        fields.append(Field(name, value, evaluate, is_lazy))
    return tuple(fields)


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


def _compile(value: Any, found: list[Template], extra_roots: frozenset[str]) -> Evaluate | None:
    """What computes ``value``, or None where it is a constant."""
    if isinstance(value, str):
        if "{{" not in value:
            return None
        template = compile_template(value, extra_roots=extra_roots)
        if template is None:
            return None
        found.append(template)
        return template.evaluate
    if isinstance(value, dict):
        return _compile_object(value, found, extra_roots)
    if isinstance(value, list):
        parts = [(part, _compile(part, found, extra_roots)) for part in value]
        if all(evaluate is None for _, evaluate in parts):
            return None
        return lambda scope: [
            part if evaluate is None else evaluate(scope) for part, evaluate in parts
        ]
    return None


def _compile_object(
    value: Mapping[str, Any], found: list[Template], extra_roots: frozenset[str]
) -> Evaluate | None:
    computed = []
    constant: dict[str, Any] = {}
    for key, part in value.items():
        evaluate = _compile(part, found, extra_roots)
        constant[key] = part if evaluate is None else None
        if evaluate is not None:
            computed.append((key, evaluate))
    if not computed:
        return None

    def make(scope: Scope) -> dict[str, Any]:
        made = constant.copy()
        for key, evaluate in computed:
            made[key] = evaluate(scope)
        return made

    return make

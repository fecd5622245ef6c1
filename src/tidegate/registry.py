"""Finds node types: the built-in ones and those that installed packages offer.

A class is imported when it is asked for, so that a workflow without XML never loads lxml.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pkgutil import resolve_name
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

from tidegate.errors import Bug, OperationalError, Problem, WorkflowInvalid
from tidegate.model.field_problems import name_hint, nearest
from tidegate.model.item import JsonObject
from tidegate.sdk.description import ExampleDescription, NodeDescription, ParamsSchema
from tidegate.sdk.node import Node
from tidegate.sdk.outcome import Example

if TYPE_CHECKING:
    from tidegate.isolation.foreign.types import ForeignTypes
    from tidegate.isolation.pool import ProcessPool

ENTRY_POINT_GROUP: Final = "tidegate.nodes"
OWN_PACKAGE: Final = "tidegate"

BUILTIN_NODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "code.javascript": "tidegate.nodes.code.javascript:JavaScriptCode",
        "code.python": "tidegate.nodes.code.python:PythonCode",
        "data.aggregate": "tidegate.nodes.data.aggregate:Aggregate",
        "data.compare": "tidegate.nodes.data.compare:Compare",
        "data.convert": "tidegate.nodes.data.convert:Convert",
        "data.crypto": "tidegate.nodes.data.crypto:Crypto",
        "data.date_time": "tidegate.nodes.data.date_time:DateTime",
        "data.filter": "tidegate.nodes.data.filter:Filter",
        "data.generate": "tidegate.nodes.data.generate:Generate",
        "data.limit": "tidegate.nodes.data.limit:Limit",
        "data.remove_duplicates": "tidegate.nodes.data.remove_duplicates:RemoveDuplicates",
        "data.rename": "tidegate.nodes.data.rename:Rename",
        "data.set": "tidegate.nodes.data.set_fields:SetFields",
        "data.sort": "tidegate.nodes.data.sort:Sort",
        "data.split_out": "tidegate.nodes.data.split_out:SplitOut",
        "data.state": "tidegate.nodes.data.state:State",
        "data.summarize": "tidegate.nodes.data.summarize:Summarize",
        "files.delete": "tidegate.nodes.files.delete:DeleteFile",
        "files.list": "tidegate.nodes.files.list:ListFiles",
        "files.move": "tidegate.nodes.files.move:MoveFile",
        "files.read": "tidegate.nodes.files.read:ReadFile",
        "files.write": "tidegate.nodes.files.write:WriteFile",
        "flow.if": "tidegate.nodes.flow.if_:If",
        "flow.loop": "tidegate.nodes.flow.loop:Loop",
        "flow.merge": "tidegate.nodes.flow.merge:Merge",
        "flow.no_op": "tidegate.nodes.flow.no_op:NoOp",
        "flow.respond": "tidegate.nodes.flow.respond:Respond",
        "flow.stop": "tidegate.nodes.flow.stop:Stop",
        "flow.sub_workflow": "tidegate.nodes.flow.sub_workflow:SubWorkflow",
        "flow.switch": "tidegate.nodes.flow.switch:Switch",
        "flow.wait": "tidegate.nodes.flow.wait:WaitFor",
        "http.request": "tidegate.nodes.http.request:HttpRequestNode",
        "sql.query": "tidegate.nodes.sql.query:SqlQuery",
        "sql.write": "tidegate.nodes.sql.write:SqlWrite",
        "trigger.email": "tidegate.nodes.triggers.email:EmailTrigger",
        "trigger.error": "tidegate.nodes.triggers.error:ErrorTrigger",
        "trigger.file_watch": "tidegate.nodes.triggers.file_watch:FileWatch",
        "trigger.form": "tidegate.nodes.triggers.form:FormTrigger",
        "trigger.manual": "tidegate.nodes.triggers.manual:ManualTrigger",
        "trigger.schedule": "tidegate.nodes.triggers.schedule:ScheduleTrigger",
        "trigger.sub_workflow": "tidegate.nodes.triggers.sub_workflow:SubWorkflowTrigger",
        "trigger.webhook": "tidegate.nodes.triggers.webhook:WebhookTrigger",
    }
)
"""Node type -> ``module:Class``; version 2 of a type is ``type@2``. A test holds it complete."""


@dataclass(frozen=True, slots=True)
class NodeEntry:
    """Where the class of one version of a node type is to be found."""

    name: str
    version: int
    target: str
    package: str

    def load(self, isolate: "Isolate | None" = None) -> type[Node]:
        """Import the class; or have a stand-in made for it, where its package is not trusted.

        Raises:
            WorkflowInvalid: the package is broken, or the class is not what was promised.
        """
        try:
            if isolate is not None and self.package != OWN_PACKAGE:
                found: Any = isolate(self)
            else:
                found = resolve_name(self.target)
        except OperationalError:
            raise
        except Exception as error:
            if self.package == OWN_PACKAGE:
                raise
            raise self._broken(f"{type(error).__name__}: {error}") from error
        if not (isinstance(found, type) and issubclass(found, Node)):
            raise self._broken(f"{self.target} is no subclass of tidegate.sdk.Node")
        offered = (getattr(found, "name", None), found.version)
        if offered != (self.name, self.version):
            raise self._broken(f"{self.target} calls itself {offered[0]}, version {offered[1]}")
        return found

    def _broken(self, reason: str) -> WorkflowInvalid:
        message = f"node type '{self.name}' of package '{self.package}' can't be loaded: {reason}"
        hint = "run 'tidegate node check' on it, or uninstall the package"
        return WorkflowInvalid(message, [Problem(message, "BROKEN_NODE_TYPE", hint=hint)])


Isolate = Callable[[NodeEntry], type[Node]]
"""Gives the class to run for an entry of another package."""


class Registry(Mapping[tuple[str, int], type[Node]]):
    """Every node type by name and version.

    ``others`` finds further entries; it is called when one is asked for that is not among the
    first, because looking through the installed packages takes a while. ``isolate`` makes the
    classes of other packages; without it they are imported.
    """

    def __init__(
        self,
        entries: Iterable[NodeEntry],
        others: Callable[[], Iterable[NodeEntry]] | None = None,
        isolate: Isolate | None = None,
    ) -> None:
        self._isolate = isolate
        self._entries: dict[tuple[str, int], NodeEntry] = {}
        self._classes: dict[tuple[str, int], type[Node]] = {}
        self._problems: list[Problem] = []
        self._others = others
        self._add(entries)

    @classmethod
    def of(cls, *node_classes: type[Node]) -> "Registry":
        """A registry of just these classes, for tests and tools."""
        made = cls(
            NodeEntry(node.name, node.version, f"{node.__module__}:{node.__qualname__}", "")
            for node in node_classes
        )
        made._classes.update({(node.name, node.version): node for node in node_classes})
        return made

    def __getitem__(self, key: tuple[str, int]) -> type[Node]:
        if key not in self._classes:
            entry = self._entries.get(key) or self._all()[key]
            self._classes[key] = entry.load(self._isolate)
        return self._classes[key]

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all node types, in order."""
        return tuple(sorted({name for name, _ in self._all()}))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with entries that were left out because another one has their name."""
        self._all()
        return tuple(self._problems)

    def versions(self, name: str) -> tuple[int, ...]:
        """The versions of a node type, oldest first; empty if there is no such type."""
        return tuple(sorted(version for known, version in self._all() if known == name))

    def package(self, name: str, version: int) -> str:
        """The package that a node type comes from (KeyError if there is no such type)."""
        return self._all()[name, version].package

    def _all(self) -> Mapping[tuple[str, int], NodeEntry]:
        """Every entry, the others too."""
        if self._others is not None:
            others, self._others = self._others, None
            self._add(others())
        return self._entries

    def _add(self, entries: Iterable[NodeEntry]) -> None:
        for entry in entries:
            key = (entry.name, entry.version)
            if key in self._entries:
                self._problems.append(_clash(entry, self._entries[key]))
            else:
                self._entries[key] = entry

    def nearest(self, name: str) -> str | None:
        """The node type whose name is most like ``name``, if one is."""
        return nearest(name, self.names) or self._by_last_part(name)

    def _by_last_part(self, name: str) -> str | None:
        """``http.fetch_request`` and ``request`` both are near ``http.request``."""
        last = name.rpartition(".")[2].lower()
        return next((known for known in self.names if known.rpartition(".")[2] == last), None)

    def node_class(self, name: str, version: int) -> type[Node]:
        """The class of a node type.

        Raises:
            WorkflowInvalid: there is no such type or version (with the nearest name), or its
                package is broken.
        """
        try:
            return self[name, version]
        except KeyError:
            problem = self._unknown(name, version)
            raise WorkflowInvalid(problem.message, [problem]) from None

    def latest(self, name: str) -> type[Node]:
        """The class of the newest version of a node type.

        Raises:
            WorkflowInvalid: as :meth:`node_class`.
        """
        return self.node_class(name, max(self.versions(name), default=1))

    def _unknown(self, name: str, version: int) -> Problem:
        versions = self.versions(name)
        if versions:
            there_are = ", ".join(map(str, versions))
            return Problem(
                f"node type '{name}' has no version {version}",
                "UNKNOWN_NODE_VERSION",
                hint=f"its versions: {there_are}",
            )
        near = self.nearest(name)
        groups = sorted({known.partition(".")[0] for known in self.names})
        hint = f"did you mean '{near}'?" if near else name_hint(name, groups)
        if near is None and hint:
            hint = f"{hint} (groups; 'tidegate nodes' lists all)"
        return Problem(f"there is no node type '{name[:100]}'", "UNKNOWN_NODE_TYPE", hint=hint)


def _clash(entry: NodeEntry, first: NodeEntry) -> Problem:
    return Problem(
        f"package '{entry.package}' offers node type '{entry.name}' version {entry.version}, which "
        f"'{first.package}' has already; it is left out",
        "NODE_TYPE_CLASH",
    )


def load_registry(isolate: Isolate | None = None) -> Registry:
    """The registry of this installation; imports no node.

    Built-in types come first: no package can take the place of one.
    """
    own = [_entry(name, target, OWN_PACKAGE) for name, target in BUILTIN_NODES.items()]
    return Registry(own, _installed, isolate)


class UntrustedNodes:
    """Has stand-ins made for the classes of packages that the operator does not trust.

    Args:
        trusted: packages whose classes are imported into this process.
        processes: the pool that the others run in.
    """

    def __init__(self, trusted: Iterable[str], processes: "Callable[[], ProcessPool]") -> None:
        self._trusted = frozenset(map(_package_name, trusted))
        self._processes = processes
        self._types: ForeignTypes | None = None

    def __call__(self, entry: NodeEntry) -> type[Node]:
        """The class to run for an entry.

        Raises:
            ImportError: its package is broken.
            OperationalError: no process can be started.
        """
        if _package_name(entry.package) in self._trusted:
            found: type[Node] = resolve_name(entry.target)
            return found
        if self._types is None:
            from tidegate.isolation.foreign.types import ForeignTypes  # noqa: PLC0415 - seldom needed

            self._types = ForeignTypes(self._processes)
        return self._types.load(entry.target)

    def close(self) -> None:
        """End the processes that described classes."""
        if self._types is not None:
            self._types.close()


@contextmanager
def described_registry(trusted: Iterable[str]) -> Iterator[Registry]:
    """The registry for a command that runs no node: it imports no package that is not trusted.

    Args:
        trusted: the packages that the operator trusts.
    """
    untrusted = UntrustedNodes(trusted, _no_processes)
    try:
        yield load_registry(untrusted)
    finally:
        untrusted.close()


def _no_processes() -> "ProcessPool":
    raise Bug("a command that runs no node asked for a process to run one in")


def _package_name(name: str) -> str:
    """A package's name as it is compared; PyPA's specification of names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _installed() -> list[NodeEntry]:
    """What installed packages offer, in a stable order."""
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow, and seldom needed

    found = [
        _entry(point.name, point.value, point.dist.name if point.dist else "?")
        for point in entry_points(group=ENTRY_POINT_GROUP)
    ]
    return sorted(found, key=lambda entry: (entry.package, entry.name))


def _entry(name: str, target: str, package: str) -> NodeEntry:
    type_name, _, version = name.partition("@")
    return NodeEntry(type_name, int(version) if version.isdecimal() else 1, target, package)


def describe(node_class: type[Node]) -> NodeDescription:
    """Everything that people and the editor need to know about a node type, as JSON."""
    return {
        "name": node_class.name,
        "label": node_class.label,
        "version": node_class.version,
        "category": node_class.category,
        "description": inspect.cleandoc(node_class.__doc__ or ""),
        "params": cast("ParamsSchema", params_schema(node_class)),
        "inputs": list(node_class.inputs),
        "outputs": list(node_class.outputs),
        "effects": node_class.effects,
        "in_flight": node_class.in_flight,
        "is_trigger": node_class.is_trigger,
        "is_loop": node_class.is_loop,
        "retry_defaults": dict(node_class.retry_defaults),
        "examples": [_example(example) for example in node_class.examples],
    }


def params_schema(node_class: type[Node], ref_template: str = "#/$defs/{model}") -> JsonObject:
    """The JSON Schema of a node type's parameters."""
    schema: JsonObject = node_class.Params.model_json_schema(ref_template=ref_template)
    schema.pop("description", None)
    schema.pop("title", None)
    return schema


def _example(example: Example) -> ExampleDescription:
    value: ExampleDescription = {"params": dict(example.params), "items": _items(example.items)}
    if example.title:
        value = {"title": example.title, **value}
    if example.inputs:
        value["inputs"] = {name: _items(items) for name, items in example.inputs.items()}
    if example.output is not None:
        value["output"] = _items(example.output)
    if example.outputs is not None:
        value["outputs"] = {name: _items(items) for name, items in example.outputs.items()}
    return value


def _items(items: Sequence[JsonObject]) -> list[Any]:
    return [dict(item) for item in items]

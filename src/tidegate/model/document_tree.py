"""What a reader of YAML or JSON text gives: the plain value, and where each part of it stands."""

from dataclasses import dataclass, field
from typing import Any, Final

from tidegate.errors import Problem, WorkflowInvalid

MAX_DEPTH: Final = 100
"""How deep mappings and lists of a workflow file may be nested."""

MAX_PROBLEMS: Final = 1000
"""So many problems of a file's structure are listed; nobody reads more."""

Position = tuple[int, int]
"""Line and column, both from 1; the column counts characters."""


@dataclass(slots=True)
class Tree:
    """A document as plain values.

    ``positions`` maps the dotted path of every entry to the place of its key, and of every list
    element (``edges.0``) to the place of the element. ``problems`` did not stop the reader.
    """

    value: Any = None
    positions: dict[str, Position] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(
        self,
        code: str,
        message: str,
        position: Position,
        *,
        path: str = "",
        hint: str | None = None,
    ) -> None:
        """Note a problem of what stands at ``path``, after which reading goes on.

        Raises:
            WorkflowInvalid: there are too many.
        """
        if len(self.problems) >= MAX_PROBLEMS:
            raise self.stop(
                "TOO_MANY_PROBLEMS",
                f"there are more than {MAX_PROBLEMS} problems; the rest was not looked for",
                position,
            )
        line, column = position
        node, parameter = owner(path)
        self.problems.append(
            Problem(message, code, None, line, column, node, parameter, hint),
        )

    def stop(
        self, code: str, message: str, position: Position | None, hint: str | None = None
    ) -> WorkflowInvalid:
        """The exception for a problem after which nothing more can be read."""
        line, column = position or (None, None)
        last = Problem(message, code, line=line, column=column, hint=hint)
        return WorkflowInvalid(message, [*self.problems, last])

    def add_duplicate(self, path: str, key: str, position: Position) -> None:
        """Note a key that stands twice in its mapping; the first one counts."""
        where = f"the first one is on line {self.positions[path][0]}"
        if path == f"nodes.{key}":
            self.add(
                "DUPLICATE_NODE",
                f"two nodes have the id '{key}'; {where}",
                position,
                path=path,
                hint="give one of them another id, and change its edges",
            )
        else:
            self.add(
                "DUPLICATE_KEY", f"the key '{key}' is there twice; {where}", position, path=path
            )


def child_path(path: str, key: str | int) -> str:
    """The dotted path of an entry of the collection at ``path`` (``""`` is the document)."""
    return f"{path}.{key}" if path else str(key)


def owner(path: str) -> tuple[str | None, str | None]:
    """The node that a path lies in, and the parameter: what people know instead of the path.

    ``nodes.fetch.params.url`` is ``url`` of ``fetch``, ``nodes.fetch.settings.retry`` is
    ``settings.retry`` of it, and ``variables.base`` belongs to no node.
    """
    if not path.startswith("nodes."):
        return None, path or None
    _, node, *rest = path.split(".", 2)
    parameter = rest[0].removeprefix("params.") if rest else None
    return node, parameter

"""The workflow document: text to a :class:`Workflow` with the place of each part, and back.

Only the document's own structure is looked at here; whether node types, parameters, edges and
expressions fit together is ``services.check``.
"""

import codecs
import copy
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic import ValidationError

from tidegate.errors import Problem, WorkflowInvalid
from tidegate.model.document_json import read_json
from tidegate.model.document_schema import (
    ConcurrencySection,
    DocumentSection,
    FallbackSection,
    NodeSection,
    edge_from_text,
)
from tidegate.model.document_tree import MAX_PROBLEMS, Position, Tree, child_path
from tidegate.model.document_write import (
    DocumentFormat,
    document_hash,
    document_value,
    dump_document,
)
from tidegate.model.document_yaml import read_yaml
from tidegate.model.field_problems import MISSING, UNKNOWN, FieldProblem, field_problems, json_kind
from tidegate.model.field_problems import Path as FieldPath
from tidegate.model.item import JsonObject
from tidegate.model.workflow import (
    FORMAT_VERSION,
    CanvasGroup,
    CanvasNote,
    ConcurrencySettings,
    Edge,
    FallbackStrategy,
    NodeSettings,
    PlacedNode,
    Workflow,
    WorkflowSettings,
)

__all__ = [
    "MAX_BYTES",
    "NO_TYPE",
    "DocumentFormat",
    "LoadedWorkflow",
    "document_hash",
    "document_value",
    "dump_document",
    "invalid",
    "load_document",
    "read_document",
    "too_large",
]

MAX_BYTES: Final = 5_000_000
"""The largest workflow file, in bytes."""

_CODES: Final[dict[str, str]] = {
    MISSING: "MISSING",
    UNKNOWN: "UNKNOWN_KEY",
    "invalid_edge": "INVALID_EDGE",
    "invalid_node_id": "INVALID_NODE_ID",
}


@dataclass(frozen=True, slots=True)
class LoadedWorkflow:
    """A workflow, the file that it came from, and where its parts stand in it.

    Where the document has ``problems``, the workflow is what is right in it.
    """

    workflow: Workflow
    file: str
    positions: Mapping[str, Position]
    problems: tuple[Problem, ...] = ()

    def position(self, path: str) -> Position | None:
        """The place of a dotted path (``nodes.fetch.params.url``), else of what it lies in."""
        return _position(self.positions, path)

    def problem(
        self,
        code: str,
        message: str,
        path: str,
        *,
        node: str | None = None,
        parameter: str | None = None,
        hint: str | None = None,
    ) -> Problem:
        """A problem of what stands at ``path``."""
        line, column = self.position(path) or (None, None)
        return Problem(message, code, self.file, line, column, node, parameter, hint)


NO_TYPE: Final = "?"
"""The type of a node in a document with problems, where the document names none."""


def _position(positions: Mapping[str, Position], path: str) -> Position | None:
    while path:
        if path in positions:
            return positions[path]
        path = path.rpartition(".")[0]
    return None


def load_document(
    text: bytes | str, file: str, *, max_bytes: int | None = MAX_BYTES
) -> LoadedWorkflow:
    """Read a workflow document.

    Args:
        text: the document.
        file: its name for people; ``.json`` and ``.yaml`` at its end also say what it is. Other
            documents are JSON where they start with ``{``.
        max_bytes: the largest document; None for one that was written by Tidegate itself, whose
            JSON can be longer than the file that it came from.

    Raises:
        WorkflowInvalid: with every problem of the structure, each with its place.
    """
    loaded = read_document(text, file, max_bytes=max_bytes)
    if loaded.problems:
        raise invalid(file, list(loaded.problems))
    return loaded


def read_document(
    text: bytes | str, file: str, *, max_bytes: int | None = MAX_BYTES
) -> LoadedWorkflow:
    """Read a workflow document as :func:`load_document` does, and go on where something is wrong.

    So that a check can report what is wrong with the rest too.

    Raises:
        WorkflowInvalid: with its problems, after which nothing is left that could be checked.
    """
    try:
        if max_bytes is not None and len(text) > max_bytes:
            raise invalid(file, [too_large(len(text))])
        tree = _read(text, file)
        workflow = _build(tree)
    except WorkflowInvalid as error:
        raise invalid(file, _in_order(error.problems, file)) from None
    return LoadedWorkflow(workflow, file, tree.positions, tuple(_in_order(tree.problems, file)))


def _in_order(problems: Iterable[Problem], file: str) -> list[Problem]:
    found = sorted(problems, key=lambda problem: problem.line or 0)
    return [replace(problem, file=file) for problem in found]


def invalid(file: str, problems: list[Problem]) -> WorkflowInvalid:
    """The exception for the problems of one file."""
    count = "a problem" if len(problems) == 1 else f"{len(problems)} problems"
    return WorkflowInvalid(f"the workflow {file} has {count}", problems)


def too_large(size: int) -> Problem:
    """The problem of a document of more than ``MAX_BYTES``; nobody needs to read it first."""
    return Problem(
        f"this is {size / 1e6:.1f} MB; a workflow file may have at most {MAX_BYTES // 1_000_000} "
        "MB",
        "TOO_LARGE",
        hint="data belongs into files that the workflow reads, not into the workflow",
    )


def _read(text: bytes | str, file: str) -> Tree:
    content = _decode(text)
    if not content.strip():
        raise _unreadable("EMPTY", "the file is empty", None, "start with 'tidegate: 1'")
    is_json = content.lstrip().startswith("{")
    if file.lower().endswith((".json", ".yaml", ".yml")):
        is_json = file.lower().endswith(".json")
    return read_json(content) if is_json else read_yaml(content)


def _decode(text: bytes | str) -> str:
    if isinstance(text, bytes):
        if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise _unreadable("NOT_UTF8", "this file is UTF-16", None, "save it as UTF-8")
        try:
            content = text.decode()
        except UnicodeDecodeError as error:
            raise _unreadable(
                "NOT_UTF8",
                f"this file is not UTF-8: the byte 0x{text[error.start]:02x} is no character",
                _place(text[: error.start].decode()),
                "save it as UTF-8",
            ) from None
    else:
        content = text
        try:
            content.encode()
        except UnicodeEncodeError as error:
            raise _unreadable(
                "INVALID_CHARACTER",
                "here stands half of a surrogate pair, which is no character",
                _place(content[: error.start]),
            ) from None
    content = content.removeprefix("\ufeff")
    if "\0" in content:
        raise _unreadable(
            "INVALID_CHARACTER",
            "here stands a NUL character; this is no text file",
            _place(content[: content.index("\0")]),
        )
    return content


def _place(before: str) -> Position:
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _unreadable(
    code: str, message: str, position: Position | None, hint: str | None = None
) -> WorkflowInvalid:
    return Tree().stop(code, message, position, hint)


def _build(tree: Tree) -> Workflow:
    """The workflow that a tree means; what is wrong is added to the tree's problems, and left out.

    Raises:
        WorkflowInvalid: without what is wrong it is no workflow.
    """
    value = tree.value
    if not isinstance(value, dict):
        raise tree.stop(
            "NOT_A_WORKFLOW",
            f"a workflow file is a mapping of keys, not {json_kind(value)}",
            (1, 1),
            "start with 'tidegate: 1'",
        )
    _check_format(tree, value)
    document: DocumentSection | None
    try:
        document = DocumentSection.model_validate(value)
    except ValidationError as error:
        wrong = field_problems(error, value, DocumentSection, limit=MAX_PROBLEMS + 1)
        for problem in wrong:
            _add_problem(tree, problem)
        document = _what_is_right(value, [problem.path for problem in wrong])
    edges = _edges(tree, value.get("edges"))
    if document is None:
        raise WorkflowInvalid("the document is wrong", tree.problems)
    return Workflow(
        name=document.name,
        nodes=tuple(_node(node_id, node) for node_id, node in document.nodes.items()),
        edges=edges,
        description=document.description,
        variables=document.variables,
        settings=WorkflowSettings(
            fallback=_fallback(document.settings.fallback),
            timeout=document.settings.timeout,
            on_crash=document.settings.on_crash,
            priority=document.settings.priority,
            concurrency=_concurrency(document.settings.concurrency),
            error_workflow=document.settings.error_workflow,
            minutes_saved=document.settings.minutes_saved,
        ),
        layout={node_id: (place[0], place[1]) for node_id, place in document.layout.items()},
        notes={
            note_id: CanvasNote(**note.model_dump()) for note_id, note in document.notes.items()
        },
        groups={
            key: CanvasGroup(group.label, tuple(dict.fromkeys(group.nodes)), group.collapsed)
            for key, group in document.groups.items()
        },
    )


def _what_is_right(value: JsonObject, wrong: Sequence[FieldPath]) -> DocumentSection | None:
    """The document without the fields that are wrong, if it is one then."""
    rest: Any = copy.deepcopy(value)
    # From the end of each list, so that the positions before it stay.
    for path in sorted(wrong, key=lambda path: [n for n in path if type(n) is int], reverse=True):
        with suppress(LookupError, TypeError):  # it is missing, or went with what it lay in
            owner = rest
            for part in path[:-1]:
                owner = owner[part]
            del owner[path[-1]]
    nodes = rest.get("nodes")
    for node in nodes.values() if isinstance(nodes, dict) else ():
        if isinstance(node, dict):
            node.setdefault("type", NO_TYPE)
    rest |= {"tidegate": FORMAT_VERSION, "name": rest.get("name", "?")}  # nothing depends on them
    try:
        return DocumentSection.model_validate(rest)
    except ValidationError:
        return None


def _concurrency(section: ConcurrencySection | None) -> ConcurrencySettings | None:
    return None if section is None else ConcurrencySettings(**section.model_dump())


def _check_format(tree: Tree, value: Mapping[str, Any]) -> None:
    """Stop at another format at once: everything else would be noise."""
    number = value.get("tidegate")
    if type(number) is int and number > FORMAT_VERSION:
        raise tree.stop(
            "FORMAT_VERSION",
            f"this workflow has format {number}; this Tidegate reads format {FORMAT_VERSION}",
            tree.positions["tidegate"],
            "use a newer Tidegate",
        )


def _add_problem(tree: Tree, found: FieldProblem) -> None:
    path = ".".join(map(str, found.path))
    position = _position(tree.positions, path) or (1, 1)
    code = _CODES.get(found.kind, "INVALID_VALUE")
    tree.add(code, found.message, position, path=path, hint=found.hint)


def _edges(tree: Tree, lines: Any) -> tuple[Edge, ...]:
    """The edges that can be read, each once; their positions are numbered as they are."""
    first: dict[Edge, Position] = {}
    for index, text in enumerate(lines if isinstance(lines, list) else ()):
        edge = edge_from_text(text) if isinstance(text, str) else None
        position = tree.positions[child_path("edges", index)]
        if edge in first:
            tree.add(
                "DUPLICATE_EDGE",
                f"the edge '{edge}' is there twice; the first one is on line {first[edge][0]}",
                position,
                path=child_path("edges", index),
            )
        elif edge is not None:
            first[edge] = position
    for number, position in enumerate(first.values()):
        tree.positions[child_path("edges", number)] = position
    return tuple(first)


def _node(node_id: str, section: NodeSection) -> PlacedNode:
    settings = section.settings
    retry, fallback = settings.retry, settings.fallback
    plain = settings.model_dump(exclude={"retry", "fallback"})
    return PlacedNode(
        id=node_id,
        type=section.type,
        version=section.version,
        label=section.label,
        params=section.params,
        settings=NodeSettings(
            retry=None if retry is None else retry.model_dump(exclude_unset=True),
            fallback=None if fallback is None else _fallback(fallback),
            **plain,
        ),
        credential=section.credential,
    )


def _fallback(section: FallbackSection) -> FallbackStrategy:
    return FallbackStrategy(**section.model_dump())

"""Which engine a piece of Python code needs, found by reading it; nothing is run.

Monty takes what it surely can. Everything else, and everything that it does in another way, is
for full CPython. The scan errs on CPython's side, never on Monty's.
"""

import ast
import builtins
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tidegate.errors import CodeError
from tidegate.isolation.monty_dialect import (
    BUILTINS,
    METHODS,
    MISSING_METHODS,
    MODULES,
    SPECIAL_METHODS,
)

MAX_SOURCE: Final = 1_000_000
MAX_REASONS: Final = 20

_parsing = threading.Lock()
"""Warnings can only be silenced for the whole process, so one thread at a time."""

_SYNTAX: Final[dict[type[ast.AST], str]] = {
    ast.Yield: "yield",
    ast.YieldFrom: "yield from",
    ast.Delete: "del",
    ast.TryStar: "except*",
    ast.AsyncFor: "async for",
    ast.AsyncWith: "async with",
}
_BUILTIN_NAMES: Final = frozenset(dir(builtins))


@dataclass(frozen=True, slots=True)
class Reason:
    """Something in the code that Monty can't do; ``line`` counts from 1, ``column`` too."""

    what: str
    line: int
    column: int


def parse(source: str) -> ast.Module:
    """The syntax tree of Python code.

    Raises:
        CodeError: it is no Python, with the place.
    """
    if len(source) > MAX_SOURCE:
        raise CodeError(f"code has at most {MAX_SOURCE:,} characters")
    try:
        with _parsing, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except SyntaxError as error:
        raise _syntax_error(source, error) from None
    except UnicodeError:
        raise CodeError("the code holds half a surrogate pair") from None
    except (RecursionError, MemoryError, ValueError, OverflowError):
        raise CodeError("this code is too complex to be read, or holds a NUL character") from None
    _refuse_return(tree, source)
    return tree


@lru_cache(maxsize=1000)
def refused(source: str) -> str | None:
    """Why a text is no Python; None where it is. Remembered: most code is run many times."""
    try:
        parse(source)
    except CodeError as error:
        return error.pretty()
    return None


def needs_cpython(source: str) -> list[Reason]:
    """What in the code Monty can't do, in its order; empty where Monty can run it.

    Raises:
        CodeError: it is no Python, with the place.
    """
    tree = parse(source)
    try:
        found = list(_Scan(tree).reasons())
    except RecursionError:
        return [Reason("very deep nesting", 1, 1)]
    return sorted(found, key=lambda reason: (reason.line, reason.column))[:MAX_REASONS]


def code_error(source: str, message: str, line: int, column: int, end: int | None) -> CodeError:
    """A failure at a place of the code; ``column`` and ``end`` count characters from 1."""
    lines = source.splitlines() or [""]
    line = max(1, min(line, len(lines)))
    text = lines[line - 1]
    column = max(1, min(column, len(text) + 1))
    end = max(column + 1, min(end or column + 1, len(text) + 1))
    return CodeError(message, text=text, line=line, column=column, end_column=end)


def _syntax_error(source: str, error: SyntaxError) -> CodeError:
    line = error.lineno or 1
    end = error.end_offset if error.end_lineno == error.lineno else None
    return code_error(source, f"this is not Python: {error.msg}", line, error.offset or 1, end)


def _refuse_return(tree: ast.Module, source: str) -> None:
    """A ``return`` outside of functions, which people write who know other editors."""
    stack: list[ast.AST] = [*tree.body]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Return):
            message = "there is nothing to return from; put the value into the variable 'result'"
            column = node.col_offset + 1
            raise code_error(source, message, node.lineno, column, column + len("return"))
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            stack.extend(ast.iter_child_nodes(node))


class _Scan:
    """The scan of one tree."""

    def __init__(self, tree: ast.Module) -> None:
        self._nodes = list(ast.walk(tree))
        self._called = {id(node.func) for node in self._nodes if isinstance(node, ast.Call)}
        self._modules: dict[str, str] = {}
        self._bound: set[str] = set()
        for node in self._nodes:
            self._bind(node)

    def _bind(self, node: ast.AST) -> None:
        """Note the names that the code itself defines."""
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            self._bound.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self._bound.add(node.name)
        elif isinstance(node, ast.arg):
            self._bound.add(node.arg)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            self._bound.add(node.name)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                self._modules[alias.asname or alias.name] = alias.name

    def reasons(self) -> Iterator[Reason]:
        for node in self._nodes:
            for what in self._of(node):
                line = getattr(node, "lineno", 1)
                yield Reason(what, line, getattr(node, "col_offset", 0) + 1)

    def _of(self, node: ast.AST) -> Iterator[str]:
        if type(node) in _SYNTAX:
            yield f"'{_SYNTAX[type(node)]}'"
        elif isinstance(node, ast.Import):
            yield from (_module(alias.name) for alias in node.names if alias.name not in MODULES)
        elif isinstance(node, ast.ImportFrom):
            yield from self._import_from(node)
        elif isinstance(node, ast.ClassDef):
            yield from self._class(node)
        elif isinstance(node, ast.Attribute):
            yield from self._attribute(node)
        elif isinstance(node, ast.Name):
            yield from self._name(node)
        elif isinstance(node, ast.comprehension) and node.is_async:
            yield "asynchronous comprehensions"
        elif type(node).__name__ in ("TypeAlias", "TemplateStr"):
            yield "this new syntax"
        elif isinstance(node, ast.Constant) and _has_half_a_pair(node.value):
            yield "half a surrogate pair"

    def _import_from(self, node: ast.ImportFrom) -> Iterator[str]:
        module = "." * node.level + (node.module or "")
        if module not in MODULES:
            yield _module(module)
            return
        known = MODULES[module]
        yield from (
            f"'{alias.name}' of module {module}" for alias in node.names if alias.name not in known
        )

    def _class(self, node: ast.ClassDef) -> Iterator[str]:
        if node.bases or node.keywords:
            yield "a class with a base class"
        for member in node.body:
            if not isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if member.decorator_list:
                yield "a method with a decorator"
            if member.name.startswith("__") and member.name not in SPECIAL_METHODS:
                yield f"the method {member.name}"

    def _attribute(self, node: ast.Attribute) -> Iterator[str]:
        module = self._modules.get(_dotted(node.value))
        if module is not None:
            if node.attr not in MODULES.get(module, {node.attr}):
                yield f"'{node.attr}' of module {module}"
        elif node.attr.startswith("__") and node.attr.endswith("__"):
            yield f"the attribute {node.attr}"
        elif node.attr in MISSING_METHODS:
            yield f"the method {node.attr}"
        elif (
            isinstance(node.ctx, ast.Load) and node.attr in METHODS and id(node) not in self._called
        ):
            yield f"the method {node.attr} as a value"

    def _name(self, node: ast.Name) -> Iterator[str]:
        name = node.id
        if name in self._bound or name in BUILTINS or not isinstance(node.ctx, ast.Load):
            return
        if name in _BUILTIN_NAMES:
            yield f"the built-in {name}"


def _dotted(node: ast.AST) -> str:
    """``a.b.c`` of such a chain of names; nothing of anything else."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _has_half_a_pair(value: object) -> bool:
    return isinstance(value, str) and any("\ud800" <= found <= "\udfff" for found in value)


def _module(name: str) -> str:
    return f"module {name}"

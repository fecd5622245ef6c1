"""Calls of functions, methods and ``node("id")``; arguments are counted when compiling."""

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from tidegate.errors import ExpressionError
from tidegate.expressions.access import NODE_ROOT
from tidegate.expressions.compilation import Compilation, Evaluate, Names, placed
from tidegate.expressions.functions import FUNCTIONS, METHODS
from tidegate.expressions.hints import FOREIGN_METHODS, did_you_mean, shortened
from tidegate.expressions.library import KEY, Function
from tidegate.expressions.loops import key_function
from tidegate.expressions.scope import Scope
from tidegate.expressions.values import kind_name


def call(compilation: Compilation, node: ast.Call, names: Names) -> Evaluate:
    """``function(...)``, ``value.method(...)`` or ``node("id")``."""
    if any(isinstance(argument, ast.Starred) for argument in node.args):
        raise compilation.rejected("'*' is not supported in a call", node)
    if any(keyword.arg is None for keyword in node.keywords):
        raise compilation.rejected("'**' is not supported in a call", node)
    target = node.func
    if isinstance(target, ast.Attribute):
        return _method(compilation, node, target, names)
    if not isinstance(target, ast.Name):
        raise compilation.rejected("only functions and methods can be called", node)
    if target.id in names:
        raise compilation.rejected(f"{target.id!r} is a value, not a function", target)
    if target.id == NODE_ROOT and NODE_ROOT in compilation.known_roots:
        return _node(compilation, node)
    return _function(compilation, node, target, names)


def _node(compilation: Compilation, node: ast.Call) -> Evaluate:
    argument = node.args[0] if len(node.args) == 1 and not node.keywords else None
    if not isinstance(argument, ast.Constant) or type(argument.value) is not str:
        raise compilation.rejected('node takes one id, written as a text: node("id")', node)
    node_id = argument.value
    compilation.roots.add(NODE_ROOT)
    compilation.nodes.add(node_id)
    return placed(lambda scope: scope.node(node_id), compilation.span(node))


def _function(compilation: Compilation, node: ast.Call, target: ast.Name, names: Names) -> Evaluate:
    function = FUNCTIONS.get(target.id)
    if function is None:
        if target.id in compilation.known_roots:
            raise compilation.rejected(f"{target.id!r} is a value, not a function", target)
        hint = did_you_mean(target.id, FUNCTIONS, FOREIGN_METHODS)
        raise compilation.rejected(f"unknown function {shortened(target.id)!r}{hint}", target)
    problem = function.problem_with(len(node.args), [str(k.arg) for k in node.keywords])
    if problem:
        raise compilation.rejected(problem, node)
    arguments, keywords = _arguments(compilation, [function], node, names)
    return placed(_function_call(function, arguments, keywords), compilation.span(node))


def _method(
    compilation: Compilation, node: ast.Call, target: ast.Attribute, names: Names
) -> Evaluate:
    receiver = compilation.compile(target.value, names)
    name = target.attr
    by_type = METHODS.get(name)
    if by_type is None:
        hint = did_you_mean(name, METHODS, FOREIGN_METHODS)
        raise compilation.rejected(f"there is no method {shortened(name)!r}{hint}", node)
    given = [str(keyword.arg) for keyword in node.keywords]
    problems = {
        kind: method.problem_with(len(node.args), given) for kind, method in by_type.items()
    }
    if all(problems.values()):
        raise compilation.rejected(next(filter(None, problems.values())), node)
    arguments, keywords = _arguments(compilation, list(by_type.values()), node, names)
    called = _method_call(receiver, name, problems, arguments, keywords)
    return placed(called, compilation.span(node))


def _arguments(
    compilation: Compilation, functions: Sequence[Function], node: ast.Call, names: Names
) -> tuple[list[Evaluate], dict[str, Evaluate]]:
    """The closures of the arguments; a lambda is allowed for a parameter called key."""

    def one(argument: ast.expr, parameters: Sequence[str]) -> Evaluate:
        if isinstance(argument, ast.Lambda) and KEY in parameters:
            return key_function(compilation, argument, names)
        return compilation.compile(argument, names)

    positional = []
    for position, argument in enumerate(node.args):
        found = [function.parameter_at(position) for function in functions]
        positional.append(one(argument, [parameter.name for parameter in found if parameter]))
    return positional, {str(k.arg): one(k.value, [str(k.arg)]) for k in node.keywords}


def _function_call(
    function: Function, arguments: Sequence[Evaluate], keywords: Mapping[str, Evaluate]
) -> Evaluate:
    python_function = function.call
    if function.lazy:
        return lambda scope: python_function(scope, *arguments)
    if keywords:
        return lambda scope: python_function(
            scope,
            *[argument(scope) for argument in arguments],
            **{name: argument(scope) for name, argument in keywords.items()},
        )
    if len(arguments) == 1:
        only = arguments[0]
        return lambda scope: python_function(scope, only(scope))
    return lambda scope: python_function(scope, *[argument(scope) for argument in arguments])


def _method_call(
    receiver: Evaluate,
    name: str,
    problems: Mapping[type, str | None],
    arguments: Sequence[Evaluate],
    keywords: Mapping[str, Evaluate],
) -> Evaluate:
    """The method depends on the exact type of the receiver; ``problems`` also lists the types."""
    python_functions = {
        kind: method.call for kind, method in METHODS[name].items() if not problems[kind]
    }

    def run(scope: Scope) -> Any:
        value = receiver(scope)
        method = python_functions.get(type(value))
        if method is None:
            raise ExpressionError(problems.get(type(value)) or _no_method(value, name))
        given = [argument(scope) for argument in arguments]
        if keywords:
            named = {key: argument(scope) for key, argument in keywords.items()}
            return method(scope, value, *given, **named)
        return method(scope, value, *given)

    return run


def _no_method(value: Any, name: str) -> str:
    methods = [method for method, by_type in METHODS.items() if type(value) in by_type]
    hint = did_you_mean(name, methods, FOREIGN_METHODS)
    return f"{kind_name(value)} has no method {shortened(name)!r}{hint}"

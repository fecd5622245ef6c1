"""The expression language: Python's syntax, a whitelist of constructs, exact JSON-like types.

``compile_expression`` and ``compile_template`` refuse everything that is not in the language;
what they give can be evaluated for any number of items with a :class:`Scope`, whose budget is
shared by all evaluations of a node execution.
"""

from tidegate.expressions.expression import ROOTS, Expression, compile_expression
from tidegate.expressions.preview import evaluate
from tidegate.expressions.scope import NodeView, Scope
from tidegate.expressions.template import Template, compile_template

__all__ = [
    "ROOTS",
    "Expression",
    "NodeView",
    "Scope",
    "Template",
    "compile_expression",
    "compile_template",
    "evaluate",
]

"""The scan sends code to Monty only if Monty can run it."""

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_monty import Monty, MontyError

from tidegate.errors import CodeError
from tidegate.isolation.monty_dialect import BUILTINS, METHODS, MODULES
from tidegate.isolation.scan import needs_cpython, parse

MONTY = {
    "sum": "result = sum(i['v'] for i in items)",
    "sorted": "result = sorted(items, key=lambda i: -i['v'])",
    "classes": "class P:\n    def __init__(self, x):\n        self.x = x\nresult = P(1).x",
    "dates": "from datetime import datetime\nresult = datetime.now().isoformat()",
    "own name": "def open(x):\n    return x\nresult = open(1)",
    "text with a name": "result = 'import hmac; del x'",
    "match": "match items:\n    case []:\n        result = 0\n    case _:\n        result = 1",
}
CPYTHON = {
    "import hmac": "module hmac",
    "from os import path": "module os",
    "from math import nothing": "'nothing' of module math",
    "import math\nmath.nothing": "'nothing' of module math",
    "import datetime as d\nd.UTC": "'UTC' of module datetime",
    "def g():\n    yield 1": "'yield'",
    "del items[0]": "'del'",
    "class A(dict): pass": "a class with a base class",
    "class A:\n    @property\n    def x(self): pass": "a method with a decorator",
    "class A:\n    def __len__(self): return 1": "the method __len__",
    "open('x')": "the built-in open",
    "().__class__": "the attribute __class__",
    "(5).bit_length()": "the method bit_length",
    "sorted(items, key=str.lower)": "the method lower as a value",
    "from math import *": "'*' of module math",
    "x = '\\ud800'": "half a surrogate pair",
}


@pytest.mark.parametrize("code", MONTY.values(), ids=MONTY)
def test_what_monty_can_do_is_for_monty(code):
    assert needs_cpython(code) == []


@pytest.mark.parametrize(("code", "what"), CPYTHON.items())
def test_what_monty_can_not_do_is_named(code, what):
    found = needs_cpython(code)
    assert what in [reason.what for reason in found]
    assert all(reason.line <= code.count("\n") + 1 for reason in found)


@pytest.mark.parametrize(
    ("code", "line", "column"),
    [
        ("x = 1\ny = (2", 2, 5),
        ("x = 1\nif x:\n    return 3", 3, 5),
        ("a = 'é' $ 3", 1, 9),
    ],
)
def test_an_error_of_syntax_has_its_place(code, line, column):
    with pytest.raises(CodeError) as caught:
        parse(code)
    error = caught.value
    assert (error.line, error.column) == (line, column)
    assert error.text == code.splitlines()[line - 1]
    shown, pointer = error.pretty().splitlines()[-2:]
    assert pointer.index("^") - shown.index(error.text) == column - 1


@pytest.mark.parametrize(
    "code",
    ["-" * 100_000 + "1", "(" * 5000, "a" + ".b" * 100_000, "1+" * 50_000 + "1", "\0", "\ud800"],
)
def test_what_is_too_complex_is_refused_and_not_a_crash(code):
    with pytest.raises(CodeError):
        needs_cpython(code)


@given(st.text(max_size=200) | st.sampled_from([*MONTY.values(), *CPYTHON]))
@settings(max_examples=300, deadline=None)
def test_any_text_is_scanned_or_refused(code):
    try:
        found = needs_cpython(code)
    except CodeError as error:
        assert error.message
    else:
        ast.parse(code)
        assert all(reason.line >= 1 and reason.column >= 1 for reason in found)


@pytest.fixture(scope="module")
def monty():
    with Monty() as pool:
        yield pool


def runs(monty, code):
    with monty.checkout(limits={"max_feed_duration_secs": 10}) as session:
        try:
            session.feed_run(code, print_callback=lambda *_: None)
        except MontyError as error:
            return str(error)
    return ""


def test_monty_has_every_module_and_name_of_the_table(monty):
    code = "\n".join(
        f"from {module} import {name}"
        for module, names in MODULES.items()
        if module != "__future__"
        for name in sorted(names)
    )
    assert runs(monty, code) == ""


def test_monty_has_every_built_in_name_of_the_table(monty):
    assert runs(monty, "\n".join(sorted(BUILTINS))) == ""


def test_monty_has_every_method_of_the_table(monty):
    """A method that is missing says so, whatever it is called with."""
    values = ["''", "[1]", "{'a': 1}", "{1}", "b''"]
    code = "missing = []\n"
    for method in sorted(METHODS):
        code += "found = 0\n"
        for value in values:
            code += (
                f"try:\n    {value}.{method}()\n    found = 1\n"
                "except AttributeError:\n    pass\n"
                "except (TypeError, ValueError, LookupError):\n    found = 1\n"
            )
        code += f"if not found:\n    missing.append({method!r})\n"
    assert runs(monty, f"{code}assert missing == []") == ""


@pytest.mark.parametrize("code", MONTY.values(), ids=MONTY)
def test_what_the_scan_gives_to_monty_runs_there(monty, code):
    assert runs(monty, f"items = [{{'v': 1}}]\n{code}") == ""

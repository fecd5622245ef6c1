import json
import re
from pathlib import Path

import pytest

from tidegate.expressions.functions import FUNCTIONS, METHODS, TOPICS
from tidegate.expressions.functions.date_formats import DIRECTIVES
from tidegate.expressions.reference import page_with_reference

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "expressions.md"
FUNCTIONS_AND_METHODS = [
    function
    for topic in TOPICS
    for function in [*topic.functions.values(), *topic.methods.values()]
]
PROSE_JSON = {
    "user": {"name": "Ada", "email": "ada@example.org"},
    "total": 1234.5,
    "created": "2024-02-29T10:00:00Z",
    "lines": [
        {"sku": "a1", "quantity": 1, "price": 10.0},
        {"sku": "b2", "quantity": 2, "price": 20.0},
    ],
}


def identity(function):
    receiver = function.receiver.__name__ + "." if function.receiver else ""
    return receiver + function.name


@pytest.mark.parametrize("function", FUNCTIONS_AND_METHODS, ids=identity)
def test_the_example_of_every_function_holds(run, function):
    value = run(function.example.source, {"name": "Ada"})
    assert value == function.example.value
    assert type(value) is type(function.example.value)
    assert function.name in function.example.source


@pytest.mark.parametrize("function", FUNCTIONS_AND_METHODS, ids=identity)
def test_every_function_has_one_line_of_description(function):
    assert 10 < len(function.summary) < 120
    assert function.summary.endswith(".")


def test_the_page_has_the_reference_of_the_code():
    text = PAGE.read_text("utf-8")
    assert text == page_with_reference(text), "run python -m tidegate.expressions.reference"


def prose_examples():
    for block in re.findall(r"```text\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL):
        for line in block.splitlines():
            if "→" in line:
                source, value = line.split("→")
                yield source.strip(), json.loads(value)


def test_the_page_has_examples():
    assert len(list(prose_examples())) > 10


@pytest.mark.parametrize(("source", "value"), list(prose_examples()))
def test_the_examples_of_the_page_hold(run, source, value):
    assert run(source, PROSE_JSON) == value


def test_the_page_names_every_date_directive():
    listed = " ".join(f"%{letter}" for letter in DIRECTIVES)
    for directive in listed.split():
        assert directive in PAGE.read_text("utf-8")


def test_the_error_of_the_page_is_what_people_see(run):
    from tidegate.errors import ExpressionError

    with pytest.raises(ExpressionError) as error:
        run('json.user.nme + "!"', {"user": {"name": "Ada", "email": "a"}})
    assert error.value.pretty() in PAGE.read_text("utf-8")


def test_no_method_has_the_name_of_a_python_internal():
    assert not [name for name in [*FUNCTIONS, *METHODS] if name.startswith("_")]

"""The package that ``tidegate node new`` writes."""

from keyword import iskeyword
from pathlib import Path
from string import Template
from typing import Final

from tidegate import __version__
from tidegate.errors import Conflict, InvalidInput, OperationalError

PYPROJECT: Final = Template("""\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "$package"
version = "0.1.0"
description = "The node type $name for Tidegate."
requires-python = ">=3.11"
dependencies = ["tidegate>=$version"]

[project.optional-dependencies]
test = ["pytest"]

[project.entry-points."tidegate.nodes"]
"$name" = "$module.$snake:$class_name"

[tool.hatch.build.targets.wheel]
packages = ["src/$module"]
""")

README: Final = Template("""\
# $package

The node type `$name` for Tidegate.

    pip install -e ".[test]"
    tidegate node check $name
    python -m pytest
""")

NODE: Final = Template('''\
"""$name: put a greeting before a text."""

from tidegate.sdk import Context, Example, Field, Item, Node, NodeParams


class $class_name(Node):
    """Put a greeting before a text."""

    name = "$name"
    label = "$label"
    category = "$group"

    class Params(NodeParams):
        """What is greeted, and how."""

        text: str = Field(label="Text")
        greeting: str = Field("Hello", label="Greeting")

    examples = (Example({"text": "{{ json.name }}"}, [{"name": "Ada"}], [{"text": "Hello Ada"}]),)

    async def run_item(self, ctx: Context, params: Params, item: Item) -> Item:
        """One item with the text."""
        return item.derive({"text": f"{params.greeting} {params.text}"})
''')

TEST: Final = Template('''\
"""The node with real parameters, expressions and items."""

import asyncio

from tidegate.engine.testing import run_node

from $module.$snake import $class_name


def run(params, items):
    return asyncio.run(run_node($class_name, params, items))["main"]


def test_every_example_gives_what_it_says():
    for example in $class_name.examples:
        assert run(example.params, example.items) == example.output


def test_another_greeting():
    params = {"text": "{{ json.name }}", "greeting": "Good morning"}
    assert run(params, [{"name": "Ada"}, {"name": "Bob"}]) == [
        {"text": "Good morning Ada"},
        {"text": "Good morning Bob"},
    ]
''')


def write_package(name: str, parent: Path) -> tuple[Path, list[Path]]:
    """Write the package of the node type ``name`` into a new folder; returns it and its files.

    Raises:
        InvalidInput: the name is not ``group.snake_name``.
        Conflict: the folder exists.
        OperationalError: it can't be written.
    """
    from tidegate.services.check_node import NODE_NAME

    if not NODE_NAME.match(name) or iskeyword(name.rpartition(".")[2]):
        raise InvalidInput(
            f"'{name}' is no name of a node type: write group.snake_name, such as acme.shout"
        )
    group, _, snake = name.partition(".")
    if group in ("data", "files", "flow", "http", "sql", "trigger"):
        raise InvalidInput(f"the group '{group}' is Tidegate's own: take another one, such as acme")
    words = {
        "name": name,
        "group": group,
        "snake": snake,
        "package": f"tidegate-{group}-{snake}".replace("_", "-"),
        "module": f"tidegate_{group}_{snake}",
        "class_name": "".join(word.capitalize() for word in snake.split("_")),
        "label": snake.replace("_", " ").capitalize(),
        "version": __version__,
    }
    folder = parent / words["package"]
    source = folder / "src" / words["module"]
    contents = {
        folder / "pyproject.toml": PYPROJECT.substitute(words),
        folder / "README.md": README.substitute(words),
        source / "__init__.py": f'"""Node types of {words["package"]}."""\n',
        source / f"{snake}.py": NODE.substitute(words),
        folder / "tests" / f"test_{snake}.py": TEST.substitute(words),
    }
    try:
        folder.mkdir(parents=True)
        for file, text in contents.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    except FileExistsError:
        raise Conflict(f"{folder} exists already; nothing was written") from None
    except OSError as error:
        raise OperationalError(f"{folder} can't be written: {error.strerror}") from None
    return folder, list(contents)

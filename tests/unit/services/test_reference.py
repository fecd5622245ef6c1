"""The page about workflow files names every key and every problem, and nothing that is not there."""

import re
import textwrap
from pathlib import Path

import pytest

from tidegate.model import document_schema
from tidegate.model.document import load_document
from tidegate.registry import load_registry
from tidegate.services.check import WARNINGS, check_workflow

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "reference" / "workflow-file.md").read_text()
SOURCES = [
    *(ROOT / "src" / "tidegate" / "model").glob("document*.py"),
    ROOT / "src" / "tidegate" / "model" / "field_problems.py",
    ROOT / "src" / "tidegate" / "model" / "graph.py",
    ROOT / "src" / "tidegate" / "registry.py",
    ROOT / "src" / "tidegate" / "services" / "check.py",
    ROOT / "src" / "tidegate" / "services" / "check_params.py",
    ROOT / "src" / "tidegate" / "services" / "check_webhooks.py",
]
NO_CODES = {
    "TIMEOUT",
    "CONNECTION_REFUSED",
    "NETWORK_UNREACHABLE",
    "MAX_BYTES",
    "NO_TYPE",
    "MB",
    "NULL",
    "TRUE",
    "FALSE",
    "POST",
}
NOT_OF_A_FILE = {"NODE_TYPE_CLASH"}
SECTIONS = [
    section
    for section in vars(document_schema).values()
    if isinstance(section, type) and issubclass(section, document_schema.Section)
]


def table(heading):
    """The first column of the tables below a heading."""
    part = PAGE.split(f"# {heading}\n", 1)[1].split("\n#", 1)[0]
    return {
        name
        for row in re.findall(r"^\| (`.*?) \|", part, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("The document", document_schema.DocumentSection),
        ("Nodes", document_schema.NodeSection),
        ("Settings of a node", document_schema.NodeSettingsSection),
        ("retry", document_schema.RetrySection),
        ("Settings of the workflow", document_schema.WorkflowSettingsSection),
        ("fallback", document_schema.FallbackSection),
        ("concurrency", document_schema.ConcurrencySection),
    ],
)
def test_every_key_is_explained(heading, section):
    assert table(heading) == set(section.model_fields)
    assert section in SECTIONS


@pytest.mark.parametrize(
    ("key", "section"),
    [("notes", document_schema.NoteSection), ("groups", document_schema.GroupSection)],
)
def test_every_key_of_what_is_only_drawn_is_explained(key, section):
    (row,) = re.findall(rf"^\| `{key}` \|.*?`\{{(.*?)\}}`", PAGE, re.MULTILINE)
    assert row.split(", ") == list(section.model_fields)
    assert section in SECTIONS


def test_no_section_is_left_out():
    assert len(SECTIONS) == 10  # the nine above and their base


def test_every_code_is_explained():
    found = {
        code
        for path in SOURCES
        for code in re.findall(r'"([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)*)"', path.read_text())
    }
    found -= NO_CODES | NOT_OF_A_FILE
    assert table("Problems") == found | {"UNKNOWN_OUTPUT", "UNKNOWN_INPUT"}
    assert table("Problems") >= WARNINGS


def test_the_example_of_the_page_has_no_problem():
    text = textwrap.dedent(PAGE.split("```yaml\n", 1)[1].split("```", 1)[0])
    assert check_workflow(load_document(text, "page.yaml"), load_registry()) == []


def test_the_node_of_the_how_to_is_a_node(tmp_path, monkeypatch):
    import asyncio

    from tidegate.services.check_node import check_node_class, run_examples

    page = (ROOT / "docs" / "howto" / "write-a-node.md").read_text()
    code = page.split("```python\n", 1)[1].split("```", 1)[0]
    (tmp_path / "the_node_of_the_how_to.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    import the_node_of_the_how_to as module

    assert check_node_class(module.Shout) == []
    assert asyncio.run(run_examples(module.Shout)) == []

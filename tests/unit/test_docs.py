"""The pages are true: links lead somewhere, code is where it is said to be, workflows pass check."""

import ast
import asyncio
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "tidegate"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^ *```(?P<info>[^\n]*)\n(?P<body>.*?)^ *```$", re.MULTILINE | re.DOTALL)


def name_of(page):
    return str(page.relative_to(ROOT))


def blocks(page, language):
    """(info, body) of the page's fenced blocks in a language."""
    for match in FENCE.finditer(page.read_text()):
        if match["info"].split()[:1] == [language]:
            yield match["info"], match["body"]


def prose(page):
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", page.read_text()))


@cache
def anchors(page):
    """The anchors of a page's headings, as Git hosts make them."""
    found = set()
    for heading in re.findall(r"^#{1,6} (.+)$", FENCE.sub("", page.read_text()), re.MULTILINE):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        found.add(re.sub(r"[^\w\- ]", "", text).replace(" ", "-"))
    return found


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), f"{name_of(page)}: {target}"
        assert not anchor or anchor in anchors(linked), f"{name_of(page)}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_page_can_be_found(page):
    """Somebody links to it: nobody reads a page that is not linked."""
    if page == ROOT / "README.md":
        return
    linked = {
        (other.parent / target.partition("#")[0]).resolve()
        for other in PAGES
        for target in re.findall(r"\]\(([^)\s#]+)", prose(other))
        if other != page and "://" not in target
    }
    assert page in linked


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_workflows_pass_check(page):
    """A block marked `wrong` shows a mistake, and must have one."""
    from tidegate.errors import WorkflowInvalid
    from tidegate.model.document import load_document
    from tidegate.registry import load_registry
    from tidegate.services.check import check_workflow

    for info, body in blocks(page, "yaml"):
        if not body.startswith("tidegate:"):
            assert yaml.safe_load(body) is not None
            continue
        try:
            problems = check_workflow(load_document(body, name_of(page)), load_registry())
        except WorkflowInvalid as error:
            problems = list(error.problems)
        found = [f"{problem.line}: {problem.message}" for problem in problems]
        assert bool(found) == ("wrong" in info.split()), found


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_node_types_pass_node_check(page, tmp_path):
    """Each block that defines a node type is a file on which `tidegate node check` finds nothing."""
    from tidegate.cli.node import _load
    from tidegate.services.check_node import check_node_class, run_examples

    for number, (_, body) in enumerate(blocks(page, "python")):
        if "(Node):" in body and "import" in body:
            file = tmp_path / f"block_{number}.py"
            file.write_text(body)
            for node in _load(str(file)):
                assert check_node_class(node) == []
                assert asyncio.run(run_examples(node)) == []


def test_the_node_of_the_readme_has_about_25_lines():
    (_, body), *others = blocks(ROOT / "README.md", "python")
    assert not others
    assert len(body.splitlines()) <= 26


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_code_is_where_the_page_says(page):
    """`engine/executor.py:Executor.run` is a method Executor.run in that file."""
    text = FENCE.sub("", page.read_text())
    for path, name in re.findall(r"`((?:[\w.]+/)*\w+\.py):([\w.]+)`", text):
        file = SOURCE / path if (SOURCE / path).is_file() else ROOT / path
        assert file.is_file(), f"{name_of(page)}: {path}"
        scope = ast.parse(file.read_text()).body
        for part in name.split("."):
            found = [node for node in scope if part in names_bound_by(node)]
            assert found, f"{name_of(page)}: {path}:{name}"
            scope = getattr(found[0], "body", [])


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_folders_and_files_are_there(page):
    """A path in code marks exists, from the root or from src/tidegate; <...> stands for any."""
    text = FENCE.sub("", page.read_text())
    tops = "benchmarks|docs|examples|requirements|scripts|src|tests"
    for path in re.findall(rf"`((?:{tops})/[\w./-]*)`", text):
        assert (ROOT / path).exists(), f"{name_of(page)}: {path}"


def names_bound_by(node):
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [node.name]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
    return []


def test_the_layers_are_those_of_the_contract():
    contract = (ROOT / ".importlinter").read_text()
    layers = contract.split("\nlayers =\n", 1)[1].split("\nexhaustive", 1)[0]
    ((_, drawn),) = blocks(ROOT / "ARCHITECTURE.md", "layers")
    assert [line.strip() for line in drawn.splitlines()] == [
        line.strip() for line in layers.splitlines()
    ]


def test_every_part_of_the_source_is_in_the_architecture():
    page = (ROOT / "ARCHITECTURE.md").read_text()
    for part in SOURCE.iterdir():
        if part.name.startswith("__") or part.suffix not in ("", ".py"):
            continue
        name = f"`{part.name}/`" if part.is_dir() else f"`{part.name}`"
        assert name in page, name


def test_every_table_is_in_the_architecture():
    from tidegate.store import account_tables  # noqa: F401 - puts its tables into the metadata
    from tidegate.store.tables import metadata

    page = (ROOT / "ARCHITECTURE.md").read_text()
    assert [name for name in metadata.tables if f"`{name}`" not in page] == []

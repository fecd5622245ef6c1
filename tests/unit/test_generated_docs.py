"""Pages that are written from the code are up to date, and say everything that they must."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import generate_docs  # noqa: E402 - a script, found by the line above
from documentation import errors_page, nodes_pages  # noqa: E402 - as above

SETTINGS = (ROOT / "docs" / "reference" / "settings.md").read_text()


def test_pages_are_what_the_code_says():
    different = [
        str(page.relative_to(ROOT))
        for page, text in generate_docs.reference_pages()
        if not page.is_file() or page.read_text() != text
    ]
    assert different == [], "these pages are old: run 'make docs'"


def test_no_page_of_a_group_that_is_gone_is_left():
    assert generate_docs.stale_nodes_pages() == [], "run 'make docs'"


def test_every_setting_is_documented():
    from tidegate.config import PREFIX, setting_names

    for name in setting_names():
        row = next(line for line in SETTINGS.splitlines() if line.startswith(f"| `{name}` |"))
        assert PREFIX + name.replace(".", "_").upper() in row
        assert len(row.split("|")[4].split()) >= 3, f"{name} has no text below it in config.py"


def test_every_node_type_has_its_section():
    from tidegate.registry import load_registry

    index = (ROOT / "docs" / "reference" / "nodes" / "index.md").read_text()
    for name in load_registry().names:
        page = ROOT / "docs" / "reference" / "nodes" / f"{name.partition('.')[0]}.md"
        assert f"## {name}\n" in page.read_text()
        assert f"`{name}`" in index


def test_every_parameter_is_explained():
    """A parameter with neither a label nor a description would be an empty cell."""
    for page, text in nodes_pages.nodes_pages().items():
        for line in text.splitlines():
            if line.startswith("| `"):
                assert line.split("|")[-2].strip(), f"{page}: {line}"


def test_every_error_type_is_explained():
    from tidegate.errors import HttpErrorType, SecurityErrorType
    from tidegate.services.error_catalogue import HTTP, SECURITY

    assert set(HTTP) == set(HttpErrorType)
    assert set(SECURITY) == set(SecurityErrorType)


def test_every_exception_with_a_code_is_in_the_tree():
    from tidegate import errors

    page = errors_page.errors_page()
    for name, value in vars(errors).items():
        if isinstance(value, type) and issubclass(value, errors.TidegateError):
            assert f"| `{name}` | `{value.code}` |" in page


def test_every_code_is_explained_to_people():
    import tidegate.api.server  # a server has loaded all that it can raise
    from tidegate import errors
    from tidegate.services.error_catalogue import ADVICE, catalogue

    assert tidegate.api.server
    codes = catalogue()
    assert set(ADVICE) - {errors.TidegateError.code} <= {each.code for each in codes}
    assert len({each.code for each in codes}) == len(codes)
    assert [each.code for each in codes if not (each.meaning and each.advice)] == []
    of_nodes = {each.code for each in codes if each.repeated is not None}
    assert {errors.NodeFailed.code, errors.HttpError.code, errors.CodeError.code} <= of_nodes
    assert errors.ExecutionTimeout.code in {each.code for each in codes}

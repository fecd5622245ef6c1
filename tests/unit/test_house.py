"""The house rules that a machine can hold: budgets, words, locks, secrets of the workshop."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
NODES = ROOT / "src" / "tidegate" / "nodes"


def tracked_files():
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("path", SOURCES + TESTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_is_longer_than_its_budget(path):
    lines = len(path.read_text().splitlines())
    budget = 600 if path in TESTS else 250 if NODES in path.parents else 400
    assert lines <= budget, f"{lines} lines; this file may hold {budget}: it is two rooms"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_function_is_longer_than_sixty_lines(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body
            doc = ast.get_docstring(node, clean=False)
            first = body[1].lineno if doc is not None and len(body) > 1 else body[0].lineno
            length = (node.end_lineno or node.lineno) - first + 1
            assert length <= 60, f"{path.name}:{node.lineno} {node.name} has {length} lines"


def test_classes_use_the_project_words():
    banned = re.compile(r"(Pipeline|Dag|DAG|Operator|Utils?$|Helper|Manager)")
    found = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and banned.search(node.name)
    ]
    assert not found


def test_no_module_is_a_drawer_for_everything():
    bad = {"utils", "util", "helpers", "common", "misc", "models", "interfaces"}
    assert not [path for path in SOURCES if path.stem in bad]


def test_only_config_reads_the_environment():
    found = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if re.search(r"\bos\.(environ|getenv)\b", path.read_text())
    ]
    assert found == ["src/tidegate/config.py"]


@pytest.mark.parametrize("name", ["runtime", "dev"])
def test_locks_have_hashes_and_no_download_address(name):
    text = (ROOT / "requirements" / f"{name}.lock").read_text()
    pins = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[a-z]+\])?==", text, re.MULTILINE)
    assert len(pins) > 20
    assert "://" not in text
    assert "--index-url" not in text
    assert text.count("--hash=sha256:") >= len(pins)


def test_every_dependency_is_pinned_in_the_lock():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lock = (ROOT / "requirements" / "runtime.lock").read_text().lower()
    for dependency in project["dependencies"]:
        name = re.split(r"[\[<>=;, ]", dependency)[0].lower().replace(".", "-")
        assert re.search(rf"^{re.escape(name)}(\[.*\])?==", lock, re.MULTILINE), name


def test_nothing_names_a_registry_or_somebodys_folder():
    # Spelled in parts, so that this file does not find itself.
    words = ["pypi" + ".org", "npm" + "js.org", "/ro" + "ot/", "/ho" + "me/"]
    pattern = re.compile("|".join(map(re.escape, words)), re.IGNORECASE)
    found = []
    for path in tracked_files():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in pattern.finditer(text)]
    assert not found


def test_every_switched_off_check_has_a_reason():
    pattern = re.compile(r"#\s*(noqa|type:\s*ignore)(?P<rest>[^\n]*)")
    found = []
    for path in SOURCES:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = pattern.search(line)
            if match and not re.search(r"[\]\d]\s+(#|-)\s*\S+", match["rest"]):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert not found

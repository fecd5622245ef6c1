"""The house rules of the browser editor that need no Node.js to be held."""

import json
import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[2] / "web"
SOURCES = sorted(
    path
    for folder in ("src", "test", "public")
    for path in (WEB / folder).rglob("*")
    if path.suffix in {".ts", ".tsx", ".css", ".js"} and path.name != "schema.d.ts"
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(WEB)))
def test_no_file_is_longer_than_its_budget(path):
    lines = len(path.read_text().splitlines())
    assert lines <= 250, f"{lines} lines; a file of the front end may hold 250: it is two rooms"


def test_the_lock_has_hashes_and_no_download_address():
    lock = json.loads((WEB / "package-lock.json").read_text())
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert len(packages) > 100
    assert not [name for name, each in packages.items() if "resolved" in each]
    assert not [name for name, each in packages.items() if "integrity" not in each]


def test_every_library_is_named_by_its_exact_version():
    package = json.loads((WEB / "package.json").read_text())
    wanted = {**package["dependencies"], **package["devDependencies"]}
    assert not [name for name, version in wanted.items() if not re.fullmatch(r"[\d.]+", version)]


def test_nothing_asks_the_browser_to_evaluate_text():
    banned = re.compile(
        r"\beval\(|new Function\(|dangerouslySetInnerHTML|\.innerHTML|document\.write"
    )
    found = [
        f"{path.relative_to(WEB)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if banned.search(line)
    ]
    assert not found

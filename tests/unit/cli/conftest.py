"""Runs command lines in this process."""

import json
from types import SimpleNamespace

import pytest

from tidegate.cli.main import run

GOOD = "tidegate: 1\nname: Good\nnodes:\n  start: {type: trigger.manual}\n"
BAD = """\
tidegate: 1
name: Bad
nodes:
  start: {type: trigger.manual}
  keep:
    type: data.limit
    params: {max_items: many, keep: "{{ json.x + }}"}
  lost: {type: data.limit}
edges:
  - start -> keep.left
"""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Every test works in a folder of its own, with settings of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIDEGATE_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


@pytest.fixture
def files(elsewhere):
    """A folder with a good and a bad workflow file."""
    (elsewhere / "good.yaml").write_text(GOOD)
    (elsewhere / "bad.yaml").write_text(BAD)
    return elsewhere


@pytest.fixture
def tidegate(capsys):
    """Run a command line; gives exit code, output, errors and, on demand, the JSON."""

    def call(*arguments):
        code = run(arguments)
        captured = capsys.readouterr()
        return SimpleNamespace(
            code=code,
            out=captured.out,
            err=captured.err,
            json=lambda: json.loads(captured.out),
        )

    return call

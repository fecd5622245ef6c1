"""What a short `tidegate run` imports: nothing that it does not use. Imports are most of its time."""

import os
import subprocess
import sys

import pytest

WORKFLOW = """\
tidegate: 1
name: Three nodes
nodes:
  start: {type: trigger.manual}
  first: {type: data.set, params: {fields: {n: "{{ 20 + 1 }}"}}}
  second: {type: data.set, params: {fields: {n: "{{ json.n * 2 }}"}}}
edges: [start -> first, first -> second]
"""

NEVER = (
    "aiohttp",
    "alembic",
    "cryptography",
    "cssselect",
    "jsonschema",
    "lxml",
    "platformdirs",
    "psutil",
    "psycopg",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.orm",
    "structlog",
    "tomllib",
)

PROGRAM = """
import sys
from tidegate.cli.main import run
code = run(sys.argv[1:])
print(*sys.modules, file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """The modules that a second execution of three nodes has imported."""
    folder = tmp_path_factory.mktemp("imports")
    (folder / "three.yaml").write_text(WORKFLOW)

    def run(*options: str) -> set[str]:
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM, "run", "three.yaml", *options],
            capture_output=True,
            text=True,
            check=True,
            cwd=folder,
            env={**os.environ, "TIDEGATE_DATA_DIR": str(folder / "data")},
        )
        return set(ran.stderr.split())

    assert "alembic" in run(), "the first execution makes the tables"
    return run


def test_three_nodes_on_sqlite_import_nothing_for_other_work(loaded):
    modules = loaded()
    assert [name for name in NEVER if name in modules] == []
    assert "rich" in modules


def test_json_needs_no_tables(loaded):
    modules = loaded("--json")
    assert [name for name in (*NEVER, "rich", "tidegate.cli.tables") if name in modules] == []

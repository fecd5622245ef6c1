"""Wrong input is refused: the place, what is allowed, exit code 2, and nothing stored."""

import json
import os
import shutil
import sqlite3
from contextlib import closing

import pytest

PLAIN = """\
tidegate: 1
name: Plain
nodes:
  start: {type: trigger.manual}
  last: {type: data.set, params: {keep: none, fields: {got: "{{ json.custom_data }}"}}}
edges: [start -> last]
"""

TWO_TRIGGERS = """\
tidegate: 1
name: Two triggers
nodes:
  morning: {type: trigger.manual}
  evening: {type: trigger.manual}
  last: {type: data.set, params: {keep: none, fields: {a: 1}}}
edges: [morning -> last, evening -> last]
"""

TAKES_ITEMS = """\
tidegate: 1
name: Takes items
nodes:
  start: {type: trigger.sub_workflow}
  double: {type: data.set, params: {fields: {m: "{{ json.n * 2 }}"}}}
  even: {type: data.filter, params: {condition: "{{ json.n % 2 == 0 }}"}}
  total: {type: data.summarize, params: {values: [{operation: sum, field: m, into: total}]}}
edges: [start -> double, double -> even, even -> total]
"""

LONG = os.environ.get("TIDEGATE_TEST_LONG") == "1"
MANY = 1_000_000 if LONG else 30_000


@pytest.fixture
def database_url(tmp_path, sqlite_template):
    """SQLite alone: none of this comes as far as the database's own kind."""
    path = tmp_path / "tidegate.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def refused(start, query):
    """Runs a command that must be refused, and returns what it said."""

    def run(*arguments, code=2, **settings):
        command = start(*arguments, **settings)
        assert command.wait() == code, command.text()
        assert command.stdout() == ""
        assert "Traceback" not in command.stderr()
        assert "mistake" not in command.stderr(), command.stderr()
        for table in ("executions", "workflows", "workflow_versions", "node_executions"):
            assert query(f"SELECT count(*) AS n FROM {table}")[0].n == 0, table
        return command.stderr()

    return run


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("tidegate: 1\nname: X\nnodes:\n  a: {type: trigger.manual\n", ":5:1: ", "expected ',' or '}'"),
        ("tidegate: 1\nname: X\nnodes:\n\ta: {}\n", ":4:1: ", "indent with spaces"),
        ("", ": ", "the file is empty"),
        ("tidegate: 1\nname: A\nname: B\nnodes: {}\n", ":3:1: ", "name"),
        ("tidegate: 1\nname: X\nnodes:\n  a: {type: trigger.manal}\n", ":4:", "trigger.manual"),
        ('{"tidegate": 1, "name": "X", "nodes": }', ":1:39: ", "JSON"),
        ("tidegate: 1\nname: X\nnodes:\n  a: {type: trigger.manual, params: {default_data: .nan}}\n", ":4:", "JSON"),
        ("tidegate: 1\nname: 'X\0'\nnodes: {}\n", ":2:9: ", "a NUL character"),
        (f"tidegate: 1\nname: X\nnodes: {'[' * 5000}{']' * 5000}\n", ":3:", "nested more than"),
    ],
    ids=["flow", "tab", "empty", "duplicate", "type", "json", "nan", "nul", "nested"],
)  # fmt: skip
def test_a_workflow_file_that_can_not_be_read(refused, write, text, place, words):
    path = write("bad.json" if text.startswith("{") else "bad.yaml", text)
    said = refused("run", path)
    assert said.startswith(f"error: the workflow {path} has ")
    assert f"{path}{place}" in said
    assert words in said


def test_a_workflow_of_fifty_megabytes(refused, tmp_path):
    path = tmp_path / "large.yaml"
    with path.open("w") as file:
        file.write("tidegate: 1\nname: Large\nnodes:\n")
        for number in range(1_800_000):
            file.write(f"  n{number}: {{type: data.set}}\n")
    assert path.stat().st_size > 50_000_000
    said = refused("run", str(path))
    assert "MB; a workflow file may have at most 5 MB" in said


@pytest.mark.parametrize("name", ["none.yaml", "."])
def test_a_workflow_file_that_is_none(refused, tmp_path, name):
    assert f"{tmp_path / name}: this file can't be read: " in refused("run", str(tmp_path / name))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ('{"a": 1,}', "--data: this is not valid JSON: Expecting property name"),
        ('{"a": NaN}', "--data: this is not valid JSON: NaN is not a JSON value; use null"),
        ('{"a": -Infinity}', "-Infinity is not a JSON value"),
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "the key 'c' stands twice in one object"),
        ('{"a": ["\\ud800"]}', "value.a[0]: holds a lone surrogate"),
        ('{"\\udfff": 1}', "a key of value: holds a lone surrogate"),
        ("[" * 201 + "]" * 201, "nested more than 200 levels deep"),
        ("[" * 100_000, "nested too deeply"),
        ("1" * 5000, "Exceeds the limit (4300 digits)"),
        ("", "Expecting value (line 1, column 1)"),
        ("@", "write the name of a file after @"),
        ("@/nowhere/data.json", "--data: /nowhere/data.json can't be read: No such file"),
    ],
)
def test_data_that_is_not_exact_json(refused, write, data, words):
    assert words in refused("run", write("plain.yaml", PLAIN), "--data", data)


def test_data_from_a_file_names_the_file(refused, write, tmp_path):
    path = tmp_path / "data.json"
    path.write_bytes(b'{"a": "\xff"}')
    assert f"{path}: this is not UTF-8 text (byte 8)" in refused(
        "run", write("plain.yaml", PLAIN), "--data", f"@{path}"
    )


@pytest.mark.parametrize("assignment", ["x", "=1", "1x=2", "a b=2", "a.b=1", "__=\udcff"])
def test_a_wrong_variable(refused, write, assignment):
    assert "--var " in refused("run", write("plain.yaml", PLAIN), "--var", assignment)


def test_triggers(start, refused, write, query):
    path = write("two.yaml", TWO_TRIGGERS)
    for options, words in [
        ((), "this workflow has several triggers; name one of: morning, evening"),
        (("--trigger", "noon"), "there is no trigger 'noon'; this workflow has: morning, evening"),
    ]:
        command = start("run", path, *options)
        assert command.wait() == 2
        assert words in command.stderr()
    assert query("SELECT count(*) AS n FROM executions")[0].n == 0
    named = start("run", path, "--trigger", "evening", "--json")
    assert named.wait() == 0
    assert [node["id"] for node in json.loads(named.stdout())["nodes"]] == ["evening", "last"]


def test_an_unknown_setting_and_a_wrong_egress_rule(refused, write):
    path = write("plain.yaml", PLAIN)
    assert "did you mean TIDEGATE_LOG_LEVEL?" in refused("run", path, TIDEGATE_LOG_LEVL="debug")
    assert "must be one of debug, info" in refused("run", path, TIDEGATE_LOG_LEVEL="loud")
    assert "nonsense" in refused("run", path, "--allow", "nonsense")


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("mysql://localhost/x", 2, "mysql is no database for Tidegate; use sqlite or postgresql"),
        ("rubbish", 2, "the database URL can't be read"),
        ("sqlite://", 2, "a SQLite database must be a file"),
        ("sqlite:////nowhere/tidegate.db", 1, "the database file can't be opened"),
        ("sqlite:////tmp", 1, "the database file can't be opened"),
        ("postgresql://me:secret@127.0.0.1:1/x", 1, "the database server can't be reached"),
        ("postgresql://me:secret@nowhere.invalid/x", 1, "the database server can't be reached"),
    ],
)
def test_a_database_that_can_not_be_opened(refused, write, url, code, words):
    said = refused("run", write("plain.yaml", PLAIN), "--db", url, code=code)
    assert said.startswith(f"error: {words}")
    assert "secret" not in said
    assert len(said.splitlines()) <= 3
    if url.startswith("postgresql"):
        assert f"database: {url.replace('secret', '***')}" in said


def test_json_says_errors_as_json(start, write):
    command = start(
        "run", write("p.yaml", PLAIN), "--json", "--db", "postgresql://me:pw@127.0.0.1:1/x"
    )
    assert command.wait() == 1
    error = json.loads(command.stdout())["error"]
    assert error["code"] == "UNAVAILABLE"
    assert error["database"] == "postgresql://me:***@127.0.0.1:1/x"
    assert command.stderr() == ""


def newer(path):
    with closing(sqlite3.connect(path)) as session:
        session.execute("UPDATE alembic_version SET version_num = '9001'")
        session.commit()


def foreign(path):
    path.unlink()
    with closing(sqlite3.connect(path)) as session:
        session.execute("CREATE TABLE executions (mine TEXT)")


def letter(path):
    path.write_text("Dear database,\n" * 1000)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (newer, "this database was made by a newer Tidegate; use that version"),
        (foreign, "this database holds tables of another program"),
        (letter, "this file is no database"),
    ],
)
@pytest.mark.parametrize("arguments", [("run",), ("executions", "list"), ("executions", "show")])
def test_a_database_that_is_not_ours_is_not_touched(
    start, write, tmp_path, sqlite_template, change, words, arguments
):
    folder = tmp_path / "database"
    folder.mkdir()
    path = folder / "other.db"
    shutil.copy(sqlite_template, path)
    change(path)
    before = path.read_bytes()
    operands = {"run": [write("p.yaml", PLAIN)], "show": ["1"]}.get(arguments[-1], [])
    command = start(*arguments, *operands, "--db", f"sqlite:///{path}")
    assert command.wait() == 2
    assert words in command.stderr()
    assert "did not touch" in command.stderr() or "not touched" in command.stderr()
    assert path.read_bytes() == before
    assert [file.name for file in folder.iterdir()] == ["other.db"]


def test_numbers_of_any_size_survive_exactly(start, write):
    data = '{"n": 123456789012345678901234567890, "m": [-18446744073709551617, 0.1, 5e-324, 1e308]}'
    command = start("run", write("p.yaml", PLAIN), "--json", "--data", data)
    assert command.wait() == 0, command.text()
    expected = json.loads(data)
    assert json.loads(command.stdout())["output"]["last"]["main"] == [{"got": expected}]
    shown = start("executions", "show", "1", "--json")
    assert shown.wait() == 0
    nodes = {node["id"]: node for node in json.loads(shown.stdout())["nodes"]}
    assert nodes["last"]["output"]["main"] == [{"got": expected}]
    assert nodes["last"]["input"]["main"][0]["custom_data"] == expected
    assert "123456789012345678901234567890" in shown.stdout()


def test_data_may_be_as_deep_as_allowed(start, write):
    data = "[" * 190 + '"deep"' + "]" * 190
    path = write("deep.json", data)
    command = start("run", write("p.yaml", PLAIN), "--json", "--data", f"@{path}")
    assert command.wait() == 0, command.text()
    assert json.loads(command.stdout())["output"]["last"]["main"] == [{"got": json.loads(data)}]


def test_very_many_items_as_input(start, write, tmp_path):
    path = tmp_path / "many.json"
    with path.open("w") as file:
        json.dump([{"n": n, "name": f"item {n}"} for n in range(MANY)], file)
    limits = {"TIDEGATE_LIMITS_TIMEOUT": "3000", "TIDEGATE_LIMITS_MEMORY": "1024"}
    arguments = ("run", write("items.yaml", TAKES_ITEMS), "--data", f"@{path}")
    command = start(*arguments, **limits)
    assert command.wait(timeout=1200) == 0, command.text()
    shown = start("executions", "show", "1", "--json", "--items", "1")
    assert shown.wait(timeout=120) == 0
    report = json.loads(shown.stdout())
    assert [node["items_out"] for node in report["nodes"]] == [MANY, MANY, MANY, 1]
    total = sum(2 * n for n in range(0, MANY, 2))
    assert report["nodes"][-1]["output"]["main"] == [{"total": total}]

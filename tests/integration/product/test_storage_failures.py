"""Read-only and full disks: a clear end, and what was stored stays readable."""

import json
import shutil
import subprocess
from contextlib import contextmanager
from functools import partial

import pytest
from command_process import limit_files, obey_permissions

GROWS = """\
tidegate: 1
name: Grows
nodes:
  start: {type: trigger.manual}
  make: {type: data.generate, params: {count: "{{ vars.count }}", fields: {n: "{{ index }}", text: "{{ 'x' * 1000 }}"}}}
  pass: {type: data.set, params: {fields: {a: 1}}}
  last: {type: data.limit, params: {max_items: 1}}
edges: [start -> make, make -> pass, pass -> last]
variables: {count: 5}
"""  # fmt: skip

MEGABYTE = 1 << 20


@pytest.fixture
def database_url(tmp_path, sqlite_template):
    """SQLite alone, with a folder of its own, beside the data folder."""
    folder = tmp_path / "database"
    folder.mkdir()
    shutil.copy(sqlite_template, folder / "tidegate.db")
    return f"sqlite:///{folder}/tidegate.db"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "database"


@contextmanager
def read_only(folder, *, only_files=False):
    """Take the right to write from a folder and its files, for everyone but a privileged root."""
    targets = [*folder.iterdir()] if only_files else [folder, *folder.iterdir()]
    modes = {path: path.stat().st_mode for path in targets}
    for path in targets:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield
    for path, mode in modes.items():
        path.chmod(mode)


@pytest.fixture
def obeying(start):
    """Starts commands for which permissions hold, whoever runs the tests."""
    return partial(start, before=obey_permissions)


def last_items(shown):
    report = json.loads(shown.stdout())
    return {node["id"]: node["output"]["main"] for node in report["nodes"]}["last"]


@pytest.mark.parametrize("only_files", [False, True])
def test_a_read_only_database_can_be_read_and_is_not_written(
    start, obeying, write, folder, query, only_files
):
    path = write("grows.yaml", GROWS)
    assert start("run", path).wait() == 0
    before = (folder / "tidegate.db").read_bytes()
    with read_only(folder, only_files=only_files):
        refused = obeying("run", path)
        assert refused.wait() == 1
        assert refused.stderr().startswith("error: the database can't be written: it or its")
        assert "Traceback" not in refused.text()
        assert refused.stdout() == ""
        listed = obeying("executions", "list", "--json")
        assert listed.wait() == 0, listed.text()
        assert [e["number"] for e in json.loads(listed.stdout())["executions"]] == [1]
        shown = obeying("executions", "show", "1", "--json")
        assert shown.wait() == 0, shown.text()
        assert last_items(shown)[0]["n"] == 0
        cancelled = obeying("executions", "cancel", "1")
        assert cancelled.wait() == 1
        assert "can't be written" in cancelled.stderr()
        assert (folder / "tidegate.db").read_bytes() == before
    assert query("SELECT count(*) AS n FROM executions")[0].n == 1


def test_what_a_killed_process_left_is_read_from_a_read_only_folder(
    start, obeying, write, folder, query, until
):
    """The write-ahead log of a killed process holds what the database file does not have yet."""
    path = write(
        "waits.yaml",
        GROWS.replace(
            "last: {type: data.limit, params: {max_items: 1}}",
            "last: {type: flow.wait, params: {amount: 1.9, unit: seconds}}",
        ),
    )
    command = start("run", path)
    until(lambda: query("SELECT 1 FROM node_executions"), "the first node ran")
    command.kill()
    assert (folder / "tidegate.db-wal").stat().st_size > 0
    with read_only(folder):
        shown = obeying("executions", "list", "--json")
        assert shown.wait() == 0, shown.text()
        assert [e["status"] for e in json.loads(shown.stdout())["executions"]] == ["running"]


def test_a_data_folder_that_can_not_be_made(obeying, write, folder):
    with read_only(folder):
        command = obeying("run", write("g.yaml", GROWS), TIDEGATE_DATA_DIR=f"{folder}/inner/data")
        assert command.wait() == 1
        assert command.stderr() == (
            f"error: the data folder {folder}/inner/data can't be made: Permission denied\n"
        )


def test_outputs_that_can_not_be_stored_end_the_execution_and_it_can_go_on(
    start, write, data_dir, query
):
    """The disk for large outputs is full: everything else still works."""
    path = write("grows.yaml", GROWS)
    full = start("run", path, "--var", "count=3000", before=partial(limit_files, MEGABYTE))
    assert full.wait() == 1
    assert "Traceback" not in full.text()
    assert "the disk for large outputs is full" in full.text()
    assert "go on with: tidegate executions resume 1" in full.text()
    row = query("SELECT status, error FROM executions")[0]
    assert row.status == "crashed"
    assert json.loads(row.error)["code"] == "UNAVAILABLE"
    assert [r.node_id for r in query("SELECT node_id FROM node_executions")] == ["start"]
    assert not [file for file in (data_dir / "outputs").rglob("*") if file.is_file()]
    resumed = start("executions", "resume", "1", "--json")
    assert resumed.wait() == 0, resumed.text()
    report = json.loads(resumed.stdout())
    assert report["status"] == "succeeded"
    assert report["output"]["last"]["main"][0]["n"] == 0
    assert len(report["output"]["pass"]["main"]) == 3000
    assert [node["attempts"] for node in report["nodes"]] == [1, 1, 1, 1]


def test_a_full_disk_is_one_json_object(start, write):
    full = start(
        "run", write("grows.yaml", GROWS), "--var", "count=3000", "--json",
        before=partial(limit_files, MEGABYTE),
    )  # fmt: skip
    assert full.wait() == 1
    report = json.loads(full.stdout())
    assert report["status"] == "crashed"
    assert report["error"]["message"] == "the disk for large outputs is full"
    assert report["output"] == {"start": report["output"]["start"]}


def test_a_database_that_can_not_grow(start, write, folder, query):
    """The disk of the database is full: nothing can be stored, all that was stays readable."""
    path = write("grows.yaml", GROWS)
    inline = {"TIDEGATE_STORAGE_SPILL_THRESHOLD": str(1 << 30)}
    assert start("run", path, **inline).wait() == 0
    size = max(file.stat().st_size for file in folder.iterdir())
    full = start(
        "run", path, "--var", "count=3000", before=partial(limit_files, size + 65536), **inline
    )
    assert full.wait() == 1
    assert "Traceback" not in full.text()
    assert full.stderr().startswith("error: the disk of the database ")
    check_first_execution_is_readable(start)
    again = start("run", path, **inline)
    assert again.wait() == 0, again.text()


def check_first_execution_is_readable(start):
    shown = start("executions", "show", "1", "--json")
    assert shown.wait() == 0, shown.text()
    report = json.loads(shown.stdout())
    assert report["status"] == "succeeded"
    assert [item["n"] for item in last_items(shown)] == [0]


@pytest.fixture
def small_disk(tmp_path):
    """A disk of two megabytes. Only root can mount one; the tests above need none."""
    mount = tmp_path / "disk"
    mount.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(mount)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip(
            "unavailable: a small disk can't be mounted here; file size limits stand for it"
        )
    yield mount
    subprocess.run(["umount", str(mount)], check=True)


def test_a_disk_that_is_really_full(start, write, small_disk, sqlite_template):
    path = write("grows.yaml", GROWS)
    shutil.copy(sqlite_template, small_disk / "tidegate.db")
    settings = {"TIDEGATE_DATA_DIR": str(small_disk), "TIDEGATE_DATABASE_URL": ""}
    assert start("run", path, **settings).wait() == 0
    for threshold, sentence in [
        (1 << 30, "error: the disk of the database is full; what was stored stays readable\n"),
        (1 << 10, "the disk for large outputs is full"),
    ]:
        inline = {"TIDEGATE_STORAGE_SPILL_THRESHOLD": str(threshold)}
        full = start("run", path, "--var", "count=3000", **settings, **inline)
        assert full.wait() == 1
        assert sentence in full.text()
        assert "Traceback" not in full.text()
        shown = start("executions", "show", "1", "--json", **settings)
        assert shown.wait() == 0, shown.text()
        assert last_items(shown)[0]["n"] == 0

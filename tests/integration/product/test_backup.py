"""A backup of a server that is at work is one state, and a server goes on from where it is restored."""

import json
import tarfile

import pytest
from api_people import People, document
from command_process import Command
from server_process import ServerProcess, wait_until

SPILLS = {"TIDEGATE_STORAGE_SPILL_THRESHOLD": "1000"}
"""Almost every output is a large one."""


def run(data_dir, *arguments: str, code: int = 0, **settings: str) -> dict:
    command = Command(data_dir, *arguments, "--json", **settings)
    assert command.wait(120) == code, command.text()
    return json.loads(command.stdout())


def large(name: str) -> dict:
    made = document(name)
    made["nodes"] = {
        "start": {"type": "trigger.manual"},
        "many": {
            "type": "data.generate",
            "params": {"count": 2000, "fields": {"n": "{{ index }}"}},
        },
    }
    made["edges"] = ["start -> many"]
    return made


def start(client, workflow_id: str, mode: str = "sync") -> dict:
    answer = client.post(
        f"/api/v1/workflows/{workflow_id}/executions", json={"mode": mode, "version": "draft"}
    )
    assert answer.is_success, answer.text
    return answer.json()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def places(request, tmp_path):
    """The settings of a server, and of an empty place to restore to."""
    if request.param == "sqlite":
        yield {}, {}
        return
    server = request.getfixturevalue("postgres_server")
    urls = [server.create(), server.create()]
    yield tuple({"TIDEGATE_DATABASE_URL": url} for url in urls)
    for url in urls:
        server.drop(url)


def test_everything_is_there_again(tmp_path, places) -> None:
    here, there = places
    first = ServerProcess(tmp_path / "first", **here, **SPILLS)
    try:
        people = People(first)
        client = people.owner.client
        secret = {
            "type": "bearer",
            "values": {"token": "kept-in-the-vault"},
            "hosts": ["a.example"],
        }
        assert client.put("/api/v1/credentials/kept", json=secret).status_code == 200
        id = client.post("/api/v1/workflows", json={"document": large("large")}).json()["id"]
        done = start(client, id)
        assert list((tmp_path / "first" / "outputs").rglob("*")), "the output is in a file"
        # Others are started while the backup is made.
        running = [start(client, id, "async")["id"] for _ in range(5)]
        made = run(tmp_path / "first", "backup", str(tmp_path / "all.tar"), **here)
        assert made["outputs"] >= 1
        assert not made["has_key"]
        key = (tmp_path / "first" / "vault.key").read_bytes()
        later = start(client, id)
        window = client.get(f"/api/v1/executions/{done['id']}/nodes/many/items?limit=3&offset=1990")
        assert window.is_success, window.text
        api_key = people.owner.key
        assert running
    finally:
        first.stop()
    refused = run(tmp_path / "first", "restore", str(tmp_path / "all.tar"), code=2, **here)
    assert "move it away" in refused["error"]["message"]

    restored = run(tmp_path / "second", "restore", str(tmp_path / "all.tar"), **there)
    assert restored["missing_keys"] == made["keys"]
    (tmp_path / "second" / "vault.key").write_bytes(key)
    (tmp_path / "second" / "vault.key").chmod(0o600)
    second = ServerProcess(tmp_path / "second", **there)
    try:
        with second.client(headers={"authorization": f"Bearer {api_key}"}) as client:
            again = client.get(
                f"/api/v1/executions/{done['id']}/nodes/many/items?limit=3&offset=1990"
            )
            assert again.json()["items"] == window.json()["items"]
            assert client.get(f"/api/v1/executions/{later['id']}").status_code == 404
            wait_until(
                lambda: all(
                    found["status"] == "succeeded"
                    for found in client.get("/api/v1/executions").json()["executions"]
                )
            )
            number = start(client, id)["number"]
            assert number > done["number"]
        checked = run(tmp_path / "second", "vault", "check", **there)
        assert checked["valid"]
    finally:
        second.stop()


def test_an_execution_that_is_deleted_meanwhile_is_not_in_the_backup(tmp_path) -> None:
    (tmp_path / "large.json").write_text(json.dumps(large("large")))
    ids = [
        run(tmp_path / "data", "run", str(tmp_path / "large.json"), **SPILLS)["execution_id"]
        for _ in range(2)
    ]
    folder = tmp_path / "data" / "outputs" / ids[0][-2:] / ids[0]
    for file in folder.iterdir():
        file.unlink()
    made = run(tmp_path / "data", "backup", str(tmp_path / "all.tar"))
    assert made["outputs"] == 1
    assert run(tmp_path / "new", "restore", str(tmp_path / "all.tar"))["gone"] == 1
    listed = run(tmp_path / "new", "executions", "list")["executions"]
    assert [found["execution_id"] for found in listed] == [ids[1]]


def test_the_key_goes_along_where_that_is_wished(tmp_path) -> None:
    (tmp_path / "small.json").write_text(json.dumps(document("small")))
    run(tmp_path / "data", "run", str(tmp_path / "small.json"))
    run(tmp_path / "data", "users", "invite", "somebody@example.org")  # on record: makes the key
    made = run(tmp_path / "data", "backup", str(tmp_path / "all.tar"), "--with-key")
    assert (tmp_path / "all.tar").stat().st_mode & 0o777 == 0o600
    assert made["has_key"]
    assert made["keys"]
    assert run(tmp_path / "new", "restore", str(tmp_path / "all.tar"))["missing_keys"] == []
    again = run(tmp_path / "data", "backup", str(tmp_path / "all.tar"), code=2)
    assert "already" in again["error"]["message"]


def evil(path, **members: bytes) -> None:
    import io

    with tarfile.open(path, "w") as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))


def test_an_archive_can_write_nothing_but_its_own_files(tmp_path) -> None:
    (tmp_path / "small.json").write_text(json.dumps(document("small")))
    run(tmp_path / "data", "run", str(tmp_path / "small.json"))
    run(tmp_path / "data", "backup", str(tmp_path / "all.tar"))
    with tarfile.open(tmp_path / "all.tar") as archive:
        parts = {
            name: archive.extractfile(name).read() for name in ("manifest.json", "tidegate.db")
        }
    names = ["../escaped", "outputs/../../escaped", str(tmp_path / "escaped"), "files/ab/escaped"]
    evil(tmp_path / "evil.tar", **parts, **dict.fromkeys(names, b"x"))
    assert run(tmp_path / "new", "restore", str(tmp_path / "evil.tar"))["files"] == 0
    assert not list(tmp_path.rglob("escaped"))


@pytest.mark.parametrize("size", [0, 700, 5000])
def test_half_an_archive_restores_nothing(tmp_path, size) -> None:
    (tmp_path / "small.json").write_text(json.dumps(document("small")))
    run(tmp_path / "data", "run", str(tmp_path / "small.json"))
    run(tmp_path / "data", "backup", str(tmp_path / "all.tar"))
    data = (tmp_path / "all.tar").read_bytes()
    (tmp_path / "half.tar").write_bytes(data[:size])
    refused = run(tmp_path / "new", "restore", str(tmp_path / "half.tar"), code=2)
    assert "backup" in refused["error"]["message"]
    assert not (tmp_path / "new" / "tidegate.db").exists()

"""The server starts, says what works, and stops."""

from server_process import ServerProcess


def test_a_server_answers_and_says_what_works(client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["queued"] == 0


def test_every_answer_has_the_security_headers(client) -> None:
    for path in ("/healthz", "/nothing"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "server" not in headers


def test_what_is_not_there_is_a_problem(client) -> None:
    answer = client.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "NOT_FOUND"


def test_a_server_is_not_called_by_a_foreign_name(client) -> None:
    answer = client.get("/healthz", headers={"host": "evil.example"})
    assert answer.status_code == 421
    assert answer.json()["code"] == "UNKNOWN_HOST"


def test_a_body_that_is_too_large_is_refused(tmp_path) -> None:
    server = ServerProcess(tmp_path / "data", TIDEGATE_SERVER_MAX_BODY="1")
    try:
        with server.client() as client:
            assert client.post("/healthz", content=b"x" * (1 << 20) + b"x").status_code == 413
            pieces = iter([b'"', b"x" * (1 << 20), b'"'])  # without a length at its head
            headers = {"content-type": "application/json"}
            answer = client.post("/api/v1/session", content=pieces, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_LARGE")
    finally:
        assert server.stop() == 0


def test_a_port_that_is_taken_is_said(server, tmp_path) -> None:
    from command_process import Command

    port = server.url.rpartition(":")[2]
    (tmp_path / "data").mkdir()
    command = Command(tmp_path / "data", "serve", "--port", port)
    assert command.wait() == 1
    assert "choose another port" in command.stderr()


def test_the_first_start_makes_a_key_and_a_missing_or_wrong_one_refuses_it(tmp_path) -> None:
    from command_process import Command

    data = tmp_path / "data"
    server = ServerProcess(data)
    assert server.stop() == 0
    [key_file] = [file for file in data.iterdir() if file.name in server.command.stderr()]
    assert str(key_file) in server.command.stderr()
    assert key_file.stat().st_mode & 0o777 == 0o600
    kept = key_file.read_text()

    server = ServerProcess(data)
    assert server.stop() == 0
    assert "key" not in server.command.stderr()
    wrong = kept.splitlines()[0] + "\n" + "A" * 43 + "=\n"
    for content, words in ((None, "is missing"), (wrong, "does not have the key"), ("", "no key")):
        key_file.unlink() if content is None else key_file.write_text(content)
        command = Command(data, "serve", "--port", "0")
        assert command.wait() == 2, command.text()
        [line] = command.stderr().splitlines()
        assert str(key_file) in line
        assert words in line
        assert command.stdout() == ""
    key_file.write_text(kept)
    server = ServerProcess(data)
    assert server.stop() == 0

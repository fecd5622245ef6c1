"""People are invited, and their passwords reset, on the machine of the server."""

import json

from api_people import PASSWORD
from command_process import Command


def test_an_invitation_and_a_reset_by_the_command_line(server, people) -> None:
    def run(*arguments: str) -> str:
        command = Command(server.data_dir, "users", *arguments, "--json")
        assert command.wait() == 0, command.text()
        return command.stdout()

    def accept(text: str, password: str) -> int:
        token = json.loads(text)["url"].partition("#")[2]
        with server.client() as client:
            body = {"token": token, "password": password}
            return client.post("/api/v1/links/accept", json=body).status_code

    def sign_in(password: str) -> int:
        with server.client() as client:
            body = {"email": "new@example.org", "password": password}
            return client.post("/api/v1/session", json=body).status_code

    assert accept(run("invite", "new@example.org", "--role", "viewer"), PASSWORD) == 204
    assert sign_in(PASSWORD) == 204
    link = run("reset", "new@example.org")
    assert accept(link, "another long password") == 204
    assert accept(link, "a third long password") == 401
    assert (sign_in(PASSWORD), sign_in("another long password")) == (401, 204)
    assert {user["email"] for user in json.loads(run("list"))} >= {
        "owner@example.org",
        "new@example.org",
    }

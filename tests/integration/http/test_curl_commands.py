"""cURL itself, the node made from its command, and the command made from the node: one request.

All three are sent to a real server, which keeps what it got.
"""

import asyncio
import email
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections import defaultdict
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from curl_commands import CASES, FILES, VARIABLES

from tidegate.model.workflow import Workflow
from tidegate.services.curl.node import node_from_curl
from tidegate.services.http_export import as_curl, as_har, as_httpx

# Set by whoever sends, and no part of what was asked for.
TRANSPORT = {
    *("host", "accept-encoding", "content-length", "connection", "upgrade", "http2-settings"),
    *("transfer-encoding", "expect", "content-type"),
}
SECRET_HEADERS = {"authorization", "cookie", "x-api-key", "xi-api-key", "x-trace"}
SECRET_PARAMETERS = {"api_key", "access_token"}
ASKED = [
    case
    for case in CASES
    if not (case.skip or case.same or case.shell or case.command.startswith("curl.exe"))
]


@dataclass
class Received:
    """A request as the server got it."""

    method: str
    target: str
    headers: dict[str, list[str]]
    body: bytes

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", [""])[0]

    def content(self):
        """The body by its meaning."""
        media = self.content_type.partition(";")[0].lower()
        if media.endswith("json") and self.body:
            try:
                return json.loads(self.body)
            except ValueError:
                return self.body
        if media == "application/x-www-form-urlencoded" and b"=" in self.body:
            return parse_qsl(self.body.decode(), keep_blank_values=True)
        if media == "multipart/form-data":
            head = f"Content-Type: {self.content_type}\r\n\r\n".encode()
            parts = email.message_from_bytes(head + self.body).get_payload()
            return sorted(
                (
                    str(part.get_param("name", header="content-disposition")),
                    str(part.get_filename()),
                    part.get_payload(decode=True),
                )
                for part in parts
            )
        return self.body

    def differs(self, other: "Received") -> list[tuple[object, object]]:
        """What is not the same."""
        one, two = self.meaning(), other.meaning()
        found = [(one[key], two[key]) for key in one if one[key] != two[key]]
        return [*found, (self.content_type, other.content_type)]

    def meaning(self):
        """All that must be the same; secrets are the credential's, and not here."""
        url = urlsplit(self.target)
        query = parse_qsl(url.query, keep_blank_values=True)
        hidden = TRANSPORT | SECRET_HEADERS | {"user-agent"}
        agent = [v for v in self.headers.get("user-agent", []) if "Mozilla" in v]
        return {
            "method": self.method,
            "path": url.path,
            "query": [pair for pair in query if pair[0] not in SECRET_PARAMETERS],
            "headers": {
                name: re.sub("/(curl|node|back)-", "/", ", ".join(values))
                for name, values in sorted(self.headers.items())
                if name not in hidden
            },
            "agent": agent,
            "body": self.content(),
        }


@dataclass
class Echo:
    """Requests by the first part of their path, which says whose they are."""

    address: str = ""
    seen: dict[str, list[Received]] = field(default_factory=lambda: defaultdict(list))

    def url(self, place: str) -> str:
        return f"http://{self.address}/{place}"

    def put(self, command: str, place: str) -> str:
        """A command with this server in the place of its hosts."""
        target = rf"http://\g<1>{self.address}/{place}"
        return re.sub(r"https?://([^/@\s'\"]*@)?[\w-]+(?:\.[\w-]+)+(?::\d+)?", target, command)


@pytest.fixture
def echo():
    found = Echo()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            headers = defaultdict(list)
            for name, value in self.headers.items():
                headers[name.lower()].append(value)
            body = self.body()
            place, _, rest = self.path[1:].partition("/")
            if not rest and "?" in place:
                place, _, query = place.partition("?")
                rest = f"?{query}"
            found.seen[place].append(Received(self.command, f"/{rest}", dict(headers), body))
            self.send_response(200)
            self.send_header("content-length", "2")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(b"{}")

        def body(self) -> bytes:
            if self.headers.get("transfer-encoding") == "chunked":
                data = b""
                while size := int(self.rfile.readline(), 16):
                    data += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return data
            return self.rfile.read(int(self.headers.get("content-length", "0")))

        def __getattr__(self, name):
            if name.startswith("do_"):
                return self.answer
            raise AttributeError(name)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.address = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture(scope="session")
def curl() -> str:
    """The real cURL, installed where that may be; without it the test is a failure under CI."""
    if shutil.which("curl") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "-y", "--no-install-recommends", "curl"]):
            subprocess.run(["apt-get", "-qq", *command], env=environment, check=False)
    found = shutil.which("curl")
    if found is None or shutil.which("bash") is None:
        message = "NODES MADE FROM CURL COMMANDS WERE NOT COMPARED WITH CURL: there is no curl here"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "folder"
    made.mkdir()
    for name, data in FILES.items():
        (made / name).write_bytes(data)
    return made


async def shell(script: str, folder: Path) -> None:
    """Run commands as a person would, one after the other."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **VARIABLES}
    process = await asyncio.create_subprocess_exec(
        *("bash", "-c", script + "\nwait"),
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert await asyncio.wait_for(process.wait(), 120) is not None


def workflow_of(command: str, shell_name: str | None, folder: Path) -> Workflow:
    def read_file(name: str) -> str | None:
        data = (folder / name).read_bytes()
        return None if b"\0" in data else data.decode()

    workflow = node_from_curl(command, shell=shell_name, node_id="call", read_file=read_file)
    made = workflow.workflow()
    nodes = [replace(node, credential=None) for node in made.nodes]
    for index, node in enumerate(nodes):
        if node.type == "files.read":
            path = str(folder / node.params["path"])
            nodes[index] = replace(node, params=node.params | {"path": path})
    return replace(made, nodes=tuple(nodes))


async def test_curl_the_node_and_its_curl_send_the_same(curl, echo, folder, open_product):
    script = [echo.put(case.command.removeprefix("$ "), f"curl-{case.number}") for case in ASKED]
    await shell("\n".join(script), folder)
    product = open_product(echo.url(""), roots=[folder], unverified_tls=True)
    back: list[str] = []
    for case in ASKED:
        command = echo.put(case.command, f"node-{case.number}")
        done = await product.run_workflow(workflow_of(command, case.shell, folder), VARIABLES)
        assert done.status == "succeeded", (case.command, done.error)
        exported = as_curl(done.requests)
        if done.requests[0].request_body is not None or "--data" not in case.command:
            back.append(exported.replace(f"/node-{case.number}", f"/back-{case.number}"))
    await shell("\n".join(back), folder)

    compared, different = 0, []
    for case in ASKED:
        assert echo.seen[f"curl-{case.number}"], f"curl sent nothing: {case.command}"
        wanted = echo.seen[f"curl-{case.number}"][0]
        node = echo.seen[f"node-{case.number}"][0]
        media = node.content_type.partition(";")[0]
        if node.meaning() != wanted.meaning() or (
            wanted.content_type and media != wanted.content_type.partition(";")[0]
        ):
            different.append((case.command, node.differs(wanted)))
        for again in echo.seen[f"back-{case.number}"][:1]:
            if "multipart" not in node.content_type and again.method != "PUT":
                compared += 1
                if (again.meaning(), again.content_type) != (node.meaning(), node.content_type):
                    different.append((case.command, again.differs(node)))
    assert not different, "\n".join(map(str, different))
    assert len(ASKED) > 110
    assert compared > 90


async def test_an_execution_as_httpx_code_and_as_an_archive(echo, folder, open_product):
    product = open_product(echo.url(""))
    command = (
        f"curl -X PUT '{echo.url('first')}?a=1&token=s3cret-value' -H 'X-Quote: \"q\" \\n' "
        '-H \'Content-Type: application/json\' -d \'{"name": "Ünï 😀", "n": [1, null]}\''
    )
    done = await product.run_workflow(workflow_of(command, None, folder), {})
    assert done.status == "succeeded", done.error

    code = as_httpx(done.requests).replace("/first", "/second")
    python = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=subprocess.PIPE
    )
    output, _ = await asyncio.wait_for(python.communicate(), 60)
    assert output.decode().split() == ["200", "{}"]
    first, second = echo.seen["first"][0], echo.seen["second"][0]
    assert first.meaning() == second.meaning()

    log = json.loads(as_har(done.requests))["log"]
    assert log["version"] == "1.2"
    (entry,) = log["entries"]
    assert entry["request"]["method"] == "PUT"
    assert entry["request"]["postData"]["mimeType"] == "application/json"
    assert json.loads(entry["request"]["postData"]["text"])["name"] == "Ünï 😀"
    assert {"name": "a", "value": "1"} in entry["request"]["queryString"]
    assert (entry["response"]["status"], entry["response"]["statusText"]) == (200, "OK")
    assert entry["response"]["content"]["text"] == "{}"
    assert set(entry["timings"]) == {
        *("blocked", "dns", "connect", "ssl", "send", "wait", "receive"),
    }
    assert "s3cret-value" not in code + json.dumps(log)

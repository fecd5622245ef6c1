"""Two network namespaces joined by a cable: the gate in one, servers with public addresses in the other.

Nothing here can reach the real network: neither namespace has a way out. It needs Linux and the
``ip`` tool, and root or user namespaces; what is missing is said loudly, and is a failure under CI.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from certificates import DAY, NOW, Authority
from cryptography.hazmat.primitives.asymmetric import rsa

WORLD = Path(__file__).parent / "world"
# uvloop is what the product runs on; the long form tries the standard loop as well.
LOOPS = ["uvloop", "asyncio"] if os.environ.get("TIDEGATE_TEST_LONG") == "1" else ["uvloop"]


class Side:
    """One side of the world, at the end of a socket."""

    def __init__(self, link: socket.socket) -> None:
        link.settimeout(120)
        self._link = link
        self._file = link.makefile("rwb")

    def close(self) -> None:
        self._file.close()
        self._link.close()

    def __call__(self, do: str, **arguments):
        self._file.write(json.dumps({"do": do, **arguments}).encode() + b"\n")
        self._file.flush()
        line = self._file.readline()
        assert line, "the other side of the world has ended"
        reply = json.loads(line)
        assert "error" not in reply, reply["error"]
        return reply["answer"]


class World:
    """Scripts for the far side, requests on the near side, and what both saw."""

    def __init__(self, far: Side, near: Side, certificates: Path) -> None:
        self.far, self.near, self.certificates = far, near, certificates

    def script(self, **scripts) -> None:
        """Zone, routes (path -> steps, or the bytes of an answer) and greetings."""
        for kind in ("routes", "greetings"):
            for place, steps in scripts.get(kind, {}).items():
                if isinstance(steps, str):
                    scripts[kind][place] = [["send", steps]]
        self.far("script", **scripts)

    def listen(self, address: str, port: int, certificate: str | None = None, **options) -> None:
        if certificate is not None:
            options["cert"] = str(self.certificates / f"{certificate}.pem")
            options["key"] = str(self.certificates / f"{certificate}.key")
        self.far("listen", address=address, port=port, **options)

    def send(self, *requests, **options):
        """Several requests in a row; the whole reply."""
        return self.near("requests", requests=list(requests), **options)

    def get(self, url: str, **options):
        """One GET; its outcome with ``records``, ``events`` and ``rss_growth``."""
        about = {
            key: options.pop(key)
            for key in ("policy", "workflow", "memory", "usage")
            if key in options
        }
        reply = self.send({"method": "GET", "url": url, **options}, **about)
        return reply["outcomes"][0] | {
            key: reply[key] for key in ("records", "events", "rss_growth")
        }

    @property
    def connections(self) -> list[str]:
        return self.far("seen")["connections"]

    @property
    def requests(self) -> list[dict]:
        return self.far("seen")["requests"]

    @property
    def asked(self) -> list[str]:
        return self.far("seen")["asked"]

    @property
    def names(self) -> list[str]:
        return self.far("seen")["names"]


def not_tested(why: str) -> None:
    message = f"THE GATE'S DYNAMIC SCENARIOS WERE NOT TESTED: {why}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def namespaces() -> list[str]:
    """The command that makes namespaces here."""
    if not sys.platform.startswith("linux"):
        not_tested("network namespaces need Linux")
    if shutil.which("ip") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "-y", "--no-install-recommends", "iproute2"]):
            subprocess.run(["apt-get", "-qq", *command], env=environment, check=False)
    if shutil.which("ip") is None or shutil.which("unshare") is None:
        not_tested("the tools `ip` (iproute2) and `unshare` (util-linux) are needed")
    root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    command = ["unshare", *root, "--net", "--mount"]
    probe = subprocess.run(
        [*command, "ip", "link", "add", "name", "a", "type", "veth", "peer", "name", "b"],
        check=False,
        capture_output=True,
        text=True,
    )
    if probe.returncode:
        not_tested(f"this machine lets no network namespaces be made: {probe.stderr.strip()}")
    return command


@pytest.fixture(scope="session")
def certificates(tmp_path_factory) -> Path:
    """A certificate authority that the near side trusts, and good and bad certificates."""
    authority = Authority(tmp_path_factory.mktemp("certificates"))
    authority.make("good", ["a.test", "secure.test", "93.184.215.14"])
    authority.make("selfsigned", ["selfsigned.test"], self_signed=True)
    authority.make("expired", ["expired.test"], start=NOW - 3 * DAY, end=NOW - 2 * DAY)
    authority.make("weak", ["a.test"], key=rsa.generate_private_key(65537, 1024))
    return authority.folder


@pytest.fixture(scope="session", params=LOOPS)
def whole_world(request, certificates, tmp_path_factory):
    command = namespaces()
    far_here, far_there = socket.socketpair()
    near_here, near_there = socket.socketpair()
    directory = tmp_path_factory.mktemp("world")
    environment = os.environ | {
        "SSL_CERT_FILE": str(certificates / "authority.pem"),
        "PYTHONPATH": str(WORLD),
        "GATE_TEST_LOOP": request.param,
    }
    with (directory / "log").open("w+") as log:
        process = subprocess.Popen(
            [
                *(*command, sys.executable, str(WORLD / "far.py")),
                *(str(far_there.fileno()), str(near_there.fileno()), str(directory)),
            ],
            pass_fds=(far_there.fileno(), near_there.fileno()),
            env=environment,
            stderr=log,
        )
        far_there.close()
        near_there.close()
        world = World(Side(far_here), Side(near_here), certificates)
        try:
            world.near("canaries")
            yield world
        finally:
            world.far.close()
            world.near.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            log.seek(0)
            print(log.read(), file=sys.stderr)


@pytest.fixture
def world(whole_world: World):
    """A clean world; at the end no canary may have been touched."""
    whole_world.far("reset")
    whole_world.near("reset")
    for address in ("93.184.215.14", "93.184.215.15", "93.184.215.16", "10.0.0.7", "10.1.2.3"):
        whole_world.listen(address, 80)
    whole_world.listen("169.254.169.254", 80)
    whole_world.listen("10.1.2.3", 8080)
    yield whole_world
    assert whole_world.near("canaries") == []

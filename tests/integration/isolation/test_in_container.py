"""Users' code with the rights that Docker leaves a container by default, without an engine here."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import in_container
import pytest

TIDEGATE = str(Path(sys.executable).with_name("tidegate"))

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64",
    reason="the filter's numbers are those of Linux on x86-64",
)

PROGRAMS = [
    {"id": "monty", "code": "result = [i['v'] * 2 for i in items]", "items": [{"v": 21}]},
    {"id": "cpython", "code": "import hmac\nresult = len(hmac.new(b'k', b'm', 'md5').digest())"},
    {"id": "quickjs", "code": "result = items.length", "items": [{"v": 1}]},
    {"id": "late", "code": "while True: pass", "engine": "cpython", "limits": {"wall_ms": 500}},
    {"id": "large", "code": "x = bytearray(300000000)", "engine": "cpython"},
    {"id": "out", "code": "import os\nresult = os.listdir('/')", "engine": "cpython"},
]
LAYERS = (
    *("process_group", "resource_limits", "capabilities", "no_new_privileges"),
    *("landlock", "seccomp"),
)
for each in PROGRAMS:
    each.setdefault("engine", each["id"])


def contained(*arguments: str, text: str = "", data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, in_container.__file__, TIDEGATE, *arguments],
        input=text,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "TIDEGATE_DATA_DIR": str(data)},
    )


def test_the_filter_refuses_what_docker_refuses() -> None:
    tries = (
        "import ctypes, os, socket\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "def number(call, *given):\n"
        "    return ctypes.get_errno() if libc.syscall(call, *given) < 0 else 0\n"
        "print(number(272, 0x10000000), number(165, 0, 0, 0, 0, 0), number(435, 0, 0),\n"
        "      number(56, 0x10000011, 0, 0, 0, 0), number(462, 0), number(39))\n"
        "socket.socket().close(); os.waitpid(os.fork() or os._exit(0), 0)\n"
    )
    ran = subprocess.run(
        [sys.executable, in_container.__file__, sys.executable, "-c", tries],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ran.stdout.split(), ran.stderr) == (["1", "1", "38", "1", "1", "0"], "")


def test_code_of_every_engine_runs_and_is_held(tmp_path) -> None:
    ran = contained(
        "code", "run", "--json", text="\n".join(map(json.dumps, PROGRAMS)), data=tmp_path
    )
    assert ran.returncode == 0, ran.stderr
    answers = {answer["id"]: answer for answer in map(json.loads, ran.stdout.splitlines())}
    outcomes = {id: answer["outcome"] for id, answer in answers.items()}
    assert outcomes == {
        "monty": "ok",
        "cpython": "ok",
        "quickjs": "ok",
        "late": "timeout",
        "large": "memory",
        "out": "error",
    }
    assert [answers[id]["value"] for id in ("monty", "cpython", "quickjs")] == [[42], 16, 1]


def test_no_layer_of_the_lock_is_lost(tmp_path) -> None:
    data = tmp_path / "data"
    ran = contained("doctor", "--json", data=data)
    layers = {
        found["name"].removeprefix("isolation."): found["state"]
        for found in json.loads(ran.stdout)["findings"]
        if found["name"].startswith("isolation.")
    }
    layers.pop("cgroup")  # a container has none of its own to give away
    assert layers == dict.fromkeys(LAYERS, "ok")

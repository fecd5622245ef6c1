"""``tidegate code run``, as a process."""

import json
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-m", "tidegate.cli.main", "code", "run"]
KEYS = {"id", "outcome", "value", "message", "peak_mb", "wall_ms"}


def run(*arguments, text=""):
    return subprocess.run(
        [*COMMAND, *arguments], input=text, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.skipif(sys.platform != "linux", reason="the locked processes need Linux")
def test_lines_are_answered_in_order():
    items = [{"v": 1}, {"v": 2}]
    requests = [
        {"id": 1, "code": "result = [i['v'] for i in items]", "items": items, "engine": "monty"},
        {"id": 2, "code": "import hmac\nresult = hmac.new(b'k', b'm', 'sha256').hexdigest()[:6]"},
        {"id": "three", "code": "while True: pass", "limits": {"wall_ms": 300}},
        {"id": 4, "code": "x ="},
        {"id": 5, "code": "result = 1 / 0", "engine": "cpython"},
        {"id": 6, "code": "result = items.length", "items": items, "engine": "quickjs"},
        {"id": 7, "code": "result = 'a' * 2000000", "limits": {"output_mb": 1}},
        {"id": 8, "code": "import os\nos._exit(0)"},
        {"id": 9, "code": "x = bytearray(300000000)", "engine": "cpython"},
        {"id": 10, "code": "print(1)", "engine": "pypy"},
        {"id": 11, "code": "print(1)"},
        {"id": 12, "code": 3},
    ]
    ran = run("--json", text="\n".join([*map(json.dumps, requests), "no json", ""]))
    assert ran.returncode == 0, ran.stderr
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert all(set(answer) == KEYS for answer in answers)
    assert [answer["id"] for answer in answers] == [r["id"] for r in requests] + [None]
    assert [answer["outcome"] for answer in answers] == [
        *("ok", "ok", "timeout", "rejected", "error", "ok", "limit", "killed", "memory"),
        *("rejected", "ok", "rejected", "rejected"),
    ]
    assert [answers[n]["value"] for n in (0, 1, 5, 10)] == [[1, 2], "b60090", 2, None]
    assert answers[4]["message"].endswith("  1 | result = 1 / 0\n    |          ^^^^^")


def test_a_file(tmp_path):
    file = tmp_path / "code.py"
    file.write_text("print('seen', len(items))\nresult = {'n': len(items)}")
    ran = run(str(file), "--items", "[1, 2]")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, '{"n":2}\n', "seen 2\n")
    file.write_text("result = 1 / 0")
    ran = run(str(file))
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "ZeroDivisionError" in ran.stderr
    assert run(str(tmp_path / "none.py")).returncode == 2
    assert run().returncode == 2

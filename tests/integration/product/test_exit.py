"""A command ends with its own exit code, whatever its threads are busy with."""

import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

FAILS_AT_ONCE = """\
tidegate: 1
name: fails
nodes:
  start:
    type: trigger.manual
  pause:
    type: flow.wait
    params: {{amount: {pause}}}
  stop:
    type: flow.stop
    params: {{message: this one fails}}
  never:
    type: http.request
    params: {{url: "http://127.0.0.1:9/"}}
edges:
  - start -> pause
  - pause -> stop
"""

TELL_OF_THREADS = """\
import atexit, sys, threading
from tidegate.cli.main import main

def tell():
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            print("left behind:", thread.name)

atexit.register(tell)
main()
"""

RUNS = 300 if os.environ.get("TIDEGATE_TEST_LONG") == "1" else 8


@pytest.fixture
def tidegate(tmp_path):
    """Run a command line in a process of its own, which ends as the installed command does."""

    def run(*arguments, program=("-m", "tidegate.cli.main"), **variables):
        variables["TIDEGATE_DATA_DIR"] = str(tmp_path / "data")
        return subprocess.run(
            [sys.executable, *program, *map(str, arguments)],
            env=os.environ | variables,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def workflow(tmp_path, pause):
    path = tmp_path / f"fails-{pause}.yaml"
    path.write_text(FAILS_AT_ONCE.format(pause=pause))
    return path


def test_no_thread_is_left_to_an_interpreter_that_exits(tidegate, tmp_path):
    # OpenSSL reads the certificates as aiohttp is loaded. From a pipe to which nobody writes it
    # reads for ever: what loads aiohttp is busy when the execution has failed.
    certificates = tmp_path / "certificates.pem"
    os.mkfifo(certificates)
    ended = tidegate(
        "run",
        workflow(tmp_path, 0.5),
        program=("-c", TELL_OF_THREADS),
        SSL_CERT_FILE=str(certificates),
    )
    assert "this one fails" in ended.stdout
    assert "left behind" not in ended.stdout
    assert ended.returncode == 1


def test_executions_that_fail_early_end_with_their_exit_code(tidegate, tmp_path):
    tidegate("executions", "list")  # makes the database
    seed = random.randrange(2**32)
    pauses = [round(random.Random(seed + n).uniform(0, 0.4), 3) for n in range(RUNS)]
    with ThreadPoolExecutor(2) as pool:
        files = [workflow(tmp_path, pause) for pause in pauses]
        ended = list(pool.map(lambda file: tidegate("run", file), files))
    assert {one.returncode for one in ended} == {1}, f"seed {seed}"
    assert all("this one fails" in one.stdout for one in ended)

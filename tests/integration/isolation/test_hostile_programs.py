"""Programs that want out, or want everything. What they reach is looked at from outside."""

import asyncio
import json
import os
import random
import socket
import sys
from pathlib import Path

import psutil
import pytest
from hostile_programs import PROGRAM, THREADS
from processes import fork_servers_of, processes_of

from tidegate.isolation.limits import ProcessLimits
from tidegate.isolation.pool import ProcessPool

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the lock exists on Linux only; doctor and SECURITY.md say so"
)
LIMITS = ProcessLimits(memory=64 << 20, wall=3.0, cpu=None, output=1 << 20)
LONG = bool(os.environ.get("TIDEGATE_TEST_LONG"))

REFUSED = {
    "fork": "import os; result = os.fork()",
    "vfork": "import ctypes; result = ctypes.CDLL(None).vfork(); assert result >= 0",
    "exec": "import os; os.execv('/bin/true', ['true'])",
    "spawn": "import subprocess; subprocess.run(['true'])",
    "socket": "import socket; socket.socket()",
    "unix": "import socket; socket.socket(socket.AF_UNIX)",
    "memfd": "import os; os.memfd_create('x')",
    "kill": "import os; os.kill(os.getppid(), 9)",
    "killpg": "import os; os.killpg(0, 9)",
    "raise": "import signal; signal.raise_signal(9)",
    "thread": "import threading; threading.Thread(target=print).start()",
    "executable": "import mmap; mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, 7)",
    "shared": "import mmap; mmap.mmap(-1, 4096)",
    "processes": "import os; os.listdir('/proc')",
    "descriptors": "import os; os.listdir('/proc/self/fd')",
    "chroot": "import os; os.chroot('/')",
    "priority": "import os; os.setpriority(os.PRIO_PROCESS, 0, -5)",
    "limits": "import resource; resource.setrlimit(resource.RLIMIT_DATA, (-1, -1))",
    "write": "open('/tmp/tidegate-canary', 'w')",
    "device": "open('/dev/zero', 'rb')",
    "directory": "import os; os.mkdir('/tmp/tidegate-canary')",
}
CALLS = {"ptrace": 101, "bpf": 321, "keyctl": 250, "userfaultfd": 323, "io_uring_setup": 425}
"""By their numbers on x86_64; elsewhere another call has the number, and is refused as well."""


@pytest.mark.parametrize("program", REFUSED.values(), ids=REFUSED)
async def test_the_system_refuses(pool: ProcessPool, program: str) -> None:
    result = await pool.run(PROGRAM, program.encode(), limits=LIMITS)
    assert result.outcome in ("error", "killed"), result
    assert not Path("/tmp/tidegate-canary").exists()


@pytest.mark.parametrize("number", CALLS.values(), ids=CALLS)
async def test_a_system_call_is_refused(pool: ProcessPool, number: int) -> None:
    program = (
        "import ctypes; libc = ctypes.CDLL(None, use_errno=True);"
        f"result = [libc.syscall({number}, 0, 0, 0, 0), ctypes.get_errno()]"
    )
    result = await pool.run(PROGRAM, program.encode(), limits=LIMITS)
    assert (result.outcome, json.loads(result.value)) == ("ok", [-1, 1]), result


async def test_nothing_of_the_parent_can_be_seen(
    pool: ProcessPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDEGATE_TEST_CANARY", "c4n4ry")
    canary = tmp_path / "canary"
    canary.write_text("c4n4ry")
    with socket.create_server(("127.0.0.1", 0)) as listener, canary.open() as held:
        os.set_inheritable(held.fileno(), True)
        listener.setblocking(False)
        program = f"""
import os
found = [dict(os.environ), os.getcwd()]
for fd in range(200):
    try: found.append(repr(os.read(fd, 1)) if fd > 2 and fd != channel.incoming else "")
    except OSError: pass
for path in ({str(canary)!r}, "/proc/self/environ", "/proc/{os.getpid()}/environ", "/etc/passwd"):
    try: found.append(open(path).read())
    except OSError: pass
try:
    import socket
    socket.create_connection(("127.0.0.1", {listener.getsockname()[1]}))
    found.append("connected")
except OSError: pass
result = found
"""
        result = await pool.run(
            PROGRAM, program.replace("os.getcwd()", "''").encode(), limits=LIMITS
        )
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert result.outcome == "ok", result
    environment, _, *seen = json.loads(result.value)
    assert environment == {}
    assert set(seen) <= {"", "b''"}


@pytest.mark.parametrize(
    ("entry", "program", "outcomes"),
    [
        (PROGRAM, "import time\nwhile True: time.sleep(9)", {"timeout"}),
        (
            PROGRAM,
            (
                "import signal, time\nfor n in (1, 2, 13, 14, 15): signal.signal(n, signal.SIG_IGN)\n"
                "time.sleep(600)"
            ),
            {"timeout"},
        ),
        (PROGRAM, "x = []\nfor _ in range(60): x = [x, x]\nresult = x", {"timeout", "memory"}),
        (PROGRAM, "x = []\nwhile True: x.append(bytearray(1 << 20))", {"memory"}),
        (PROGRAM, "while True: print('x' * 100_000)", {"limit"}),
        (PROGRAM, "while True: channel.message(b'x' * 1000)", {"timeout", "limit"}),
        (PROGRAM, "import os\nos.write(channel.incoming, b'\\xff' * 4096)", {"limit"}),
        (PROGRAM, "import os\nos.close(channel.incoming)", {"killed"}),
        (
            PROGRAM,
            "def f(): f()\nimport sys\nsys.setrecursionlimit(10**9)\nf()",
            {"memory", "killed", "timeout", "error"},
        ),
        (
            THREADS,
            (
                "import threading, time\nfor _ in range(10**6):\n"
                "    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()"
            ),
            {"error", "memory", "timeout"},
        ),
        (THREADS, "import os\nos.fork()", {"error"}),
    ],
)
async def test_it_ends_and_says_why(
    pool: ProcessPool, entry: str, program: str, outcomes: set[str]
) -> None:
    result = await pool.run(entry, program.encode(), limits=LIMITS)
    assert result.outcome in outcomes, result
    assert result.peak_memory < 300 << 20
    await _gone(pool)


PIECES = (
    "import os, sys, ctypes, gc, time, signal, json",
    "x = [0] * 10**6",
    "os._exit(7)",
    "os.write(channel.incoming, os.urandom(40))",
    "channel.send(b'V', b'{}')",
    "channel.send(b'M', b'?' * 1000, 3)",
    "print('x' * 10**5)",
    "ctypes.string_at(0)",
    "os.close(channel.incoming)",
    "gc.disable()",
    "sys.stdout = None",
    "raise SystemExit(3)",
    "raise KeyboardInterrupt",
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
    "time.sleep(0.01)",
    "result = {'a': [1] * 1000}",
    "result = float('nan')",
    "json.dumps = None",
    "x = 'a' * 10**8",
    "del os",
    "class E(Exception):\n    def __str__(self): raise MemoryError\nraise E",
    "os.read(channel.incoming, 1)",
    "(lambda f: f(f))(lambda f: f(f))",
)


async def test_random_programs_never_hang_the_pool(pool: ProcessPool) -> None:
    random_ = random.Random(7)
    limits = ProcessLimits(memory=48 << 20, wall=1.0, cpu=None, output=1 << 20)
    programs = [
        "\n".join([PIECES[0], *random_.choices(PIECES, k=random_.randint(1, 5))])
        for _ in range(10_000 if LONG else 200)
    ]

    async def run(program: str) -> str:
        async with asyncio.timeout(120):
            return (await pool.run(PROGRAM, program.encode(), limits=limits)).outcome

    for start in range(0, len(programs), 20):
        outcomes = await asyncio.gather(*map(run, programs[start : start + 20]))
        assert set(outcomes) <= {"ok", "error", "memory", "timeout", "limit", "killed"}
    assert await run("result = 1") == "ok"
    await _gone(pool)


async def test_killed_processes_under_load_lose_no_run(pool: ProcessPool) -> None:
    random_ = random.Random(3)
    kills, wanted = 0, 1000 if LONG else 50
    ended: list[str] = []

    async def work() -> None:
        while kills < wanted:
            program = b"import time\ntime.sleep(0.02)\nresult = 1"
            async with asyncio.timeout(60):
                ended.append((await pool.run(PROGRAM, program, limits=LIMITS)).outcome)

    workers = [asyncio.create_task(work()) for _ in range(4)]
    while kills < wanted:
        victims = processes_of(pool)
        if random_.random() < 0.2:
            victims = fork_servers_of(pool)
        if victims:
            try:
                random_.choice(victims).kill()
                kills += 1
            except psutil.NoSuchProcess:
                pass
        await asyncio.sleep(0.01)
    await asyncio.gather(*workers)
    assert set(ended) <= {"ok", "killed"}
    assert (await pool.run(PROGRAM, b"result = 1", limits=LIMITS)).outcome == "ok"
    await _gone(pool)


async def _gone(pool: ProcessPool) -> None:
    """Wait until no process is left."""
    async with asyncio.timeout(10):
        while processes_of(pool):
            await asyncio.sleep(0.02)

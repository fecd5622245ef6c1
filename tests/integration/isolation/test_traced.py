"""What the kernel saw: a locked process is watched from outside while code tries to get out."""

import os
import re
import shutil
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="strace and the lock need Linux")

ATTACK = """
import builtins, os, socket, sys

def attempt(work):
    try:
        return work()
    except BaseException as error:
        return type(error).__name__

def child():
    if os.fork() == 0:
        os._exit(0)

found = [
    attempt(lambda: open("CANARY").read()),
    attempt(lambda: os.open("CANARY", os.O_RDONLY)),
    attempt(lambda: open("CANARY-made", "w")),
    attempt(lambda: os.listdir("/proc")),
    attempt(lambda: socket.create_connection(("127.0.0.1", PORT), 1)),
    attempt(lambda: os.execv("/bin/true", ["true"])),
    attempt(child),
    attempt(lambda: os.kill(os.getppid(), 9)),
    attempt(lambda: os.memfd_create("x")),
]
result = found
"""
REFUSED = {"openat", "open", "socket", "connect", "execve", "fork", "clone", "kill", "memfd_create"}
LOCKED = re.compile(r"^(\d+) .*(?:PR_SET_SECCOMP|seccomp\(SECCOMP_SET_MODE_FILTER).* = 0$")
CALL = re.compile(r"^(\d+) +(\w+)\(.* = (-?\d+|\?)(?: (E[A-Z]+))?")
UNFINISHED = re.compile(r"^((\d+) +.*) <unfinished \.\.\.>$")
RESUMED = re.compile(r"^(\d+) +<\.\.\. \w+ resumed>(.*)")
HARMLESS = {
    *("read", "write", "close", "lseek", "fstat", "mmap", "munmap", "mremap", "brk", "madvise"),
    *("futex", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "mprotect"),
    *("clock_gettime", "getrandom", "getrusage", "exit_group", "exit", "getpid", "gettid"),
    *("getppid", "getuid", "geteuid", "getgid", "getegid", "sched_yield", "fcntl", "ioctl"),
    *("prlimit64", "sysinfo", "uname", "times", "sched_getaffinity", "rseq", "readv", "writev"),
    *("set_robust_list", "restart_syscall", "nanosleep", "clock_nanosleep", "clock_getres"),
}


def trace(tmp_path, code):
    """The system calls of the processes that were locked, after the lock: name and error."""
    file, log = tmp_path / "attack.py", tmp_path / "trace.txt"
    file.write_text(code)
    command = ["strace", "-f", "-o", str(log), sys.executable, "-m", "tidegate.cli.main"]
    ran = subprocess.run(
        [*command, "code", "run", str(file), "--engine", "cpython", "--json"],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env={"PATH": os.environ["PATH"], "TIDEGATE_DATA_DIR": str(tmp_path / "data")},
    )
    locked: set[str] = set()
    calls: list[tuple[str, str | None]] = []
    for line in whole_lines(log.read_text(errors="replace")):
        if found := LOCKED.match(line):
            locked.add(found[1])
        elif (found := CALL.match(line)) and found[1] in locked:
            calls.append((found[2], found[4]))
    return ran, calls


def whole_lines(text):
    """A line for each call: strace cuts a line in two where another process calls meanwhile."""
    begun: dict[str, str] = {}
    for line in text.splitlines():
        if found := UNFINISHED.match(line):
            begun[found[2]] = found[1]
        elif (found := RESUMED.match(line)) and found[1] in begun:
            yield begun.pop(found[1]) + found[2]
        else:
            yield line


@pytest.fixture
def needs_strace():
    works = shutil.which("strace") and subprocess.run(
        ["strace", "-o", os.devnull, "true"], capture_output=True, check=False
    )
    if not works or works.returncode:
        message = "THE LOCK WAS NOT WATCHED FROM OUTSIDE: strace is missing, or may not trace"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)


@pytest.mark.usefixtures("needs_strace")
def test_the_kernel_let_nothing_through(tmp_path, unused_port):
    canary = tmp_path / "canary"
    canary.write_text("canary-4711")
    attack = ATTACK.replace("CANARY", str(canary)).replace("PORT", str(unused_port))
    ran, calls = trace(tmp_path, attack)
    assert '"outcome": "ok"' in ran.stdout or '"outcome":"ok"' in ran.stdout, ran.stdout
    assert "canary-4711" not in ran.stdout
    assert not (tmp_path / "canary-made").exists()
    assert {name for name, _ in calls} & REFUSED >= {"openat", "socket", "execve", "kill"}
    passed = {name for name, error in calls if error is None}
    assert passed <= HARMLESS, passed - HARMLESS


@pytest.fixture
def unused_port():
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]

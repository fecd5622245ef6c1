"""No source starts a program, evaluates text as code, or unpickles."""

import ast
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "tidegate"


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def called(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            yield getattr(function, "attr", getattr(function, "id", ""))


ALLOWED = {
    "isolation/entries/cpython.py": {"exec"},
    "isolation/entries/javascript.py": {"eval"},
    "isolation/fork_server.py": {"subprocess"},
    "isolation/plain_server.py": {"create_subprocess_exec"},
    "isolation/zygote.py": {"fork"},
    "services/code_packages.py": {"create_subprocess_exec"},
}
"""What isolation is made of: its processes, users' code inside of a locked one, and uv, which an
operator's command runs."""


def test_no_source_starts_a_program_or_unpickles():
    forbidden = {"multiprocessing", "pickle", "pty", "shelve", "subprocess"}
    calls = {"eval", "exec", "system", "popen", "execv", "spawnv", "fork"}
    calls |= {"create_subprocess_exec", "create_subprocess_shell"}
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text())
        found = forbidden & {name.partition(".")[0] for name in imported(tree)}
        found |= calls & set(called(tree))
        assert found <= ALLOWED.get(path.relative_to(SOURCE).as_posix(), set()), path

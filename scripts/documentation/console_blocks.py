"""Commands in the documentation are run, and what they print is written below them.

In a page, a block that begins with ```` ```yaml file=hello.yaml ```` is also a file, and the
commands of ```` ```console run ```` blocks are run one after the other, in a fresh folder with
these files and with the example API behind ``127.0.0.1:8099``. A line ``...`` stands for output
that is left out, and stays.
"""

import asyncio
import importlib.util
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TIDEGATE = Path(sys.executable).with_name("tidegate")
API = "127.0.0.1:8099"
COLUMNS = 110

_BROKEN = re.compile("Traceback|mistake in the node type|made a mistake|Warning: ")
_BLOCK = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_VOLATILE = (
    (re.compile(r"\b\d+(\.\d+)? (ms|s)\b"), "TIME"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "ID"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?"), "WHEN"),
    (re.compile(r'("(?:duration_ms|execution_time|cpu_time)": ?)[\d.]+'), r"\1NUMBER"),
    (re.compile(r"[─━]+"), "─"),
)


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a page with the output that the page shows for it."""

    text: str
    shown: str


def has_commands(page: str) -> bool:
    """Whether a page has commands that are run."""
    return any(_is_run(match) for match in _BLOCK.finditer(page))


def commands_of(block: str) -> list[Command]:
    """The commands of the body of a block."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)
    assert not parts[0].strip(), f"a block of commands begins with '$ ': {block}"
    found = []
    for part in parts[1:]:
        text, _, shown = re.sub(r"\\\n\s*", " ", part).partition("\n")
        found.append(Command(text, shown.strip("\n")))
    return found


async def refreshed(page: str) -> str:
    """The page with the output of its commands, written anew only where it changed."""
    with tempfile.TemporaryDirectory(prefix="tidegate-docs-") as name:
        folder = Path(name)
        async with _example_api() as port:
            text = page
            for match in _BLOCK.finditer(page):
                if file := re.search(r"\bfile=(\S+)", match["info"]):
                    _write(folder / file[1], match["body"].replace(API, f"127.0.0.1:{port}"))
                if _is_run(match):
                    body = [line async for line in _run_block(match["body"], folder, port)]
                    text = text.replace(match[0], f"```{match['info']}\n{''.join(body)}```", 1)
    return text


def same(shown: str, output: str) -> bool:
    """Whether the output is the one that is shown, whatever its times, ids and line breaks.

    The width of a column may depend on a time in it, and where a text is broken on that.
    """
    parts = re.split(r"^\.\.\.$", shown, flags=re.MULTILINE)
    pattern = ".*".join(re.escape(_steady(part)) for part in parts)
    return re.fullmatch(pattern, _steady(output), re.DOTALL) is not None


def _steady(text: str) -> str:
    for pattern, replacement in _VOLATILE:
        text = pattern.sub(replacement, text)
    return " ".join(text.split())


def _is_run(match: "re.Match[str]") -> bool:
    return str(match["info"]).split()[:2] == ["console", "run"]


async def _run_block(body: str, folder: Path, port: int) -> Any:
    # The commands as they stand on the page: a long one may go over several lines.
    written = re.findall(r"^\$ (?:[^\n]*\\\n)*[^\n]*\n", body, re.MULTILINE)
    for number, (command, text) in enumerate(zip(commands_of(body), written, strict=True)):
        output = await _output(command.text, folder, port)
        shown = command.shown if same(command.shown, output) else output
        yield ("\n" if number else "") + text + (f"{shown}\n" if shown else "")


async def _output(command: str, folder: Path, port: int) -> str:
    """What a command prints; an exit code that is not 0 is said at the end."""
    words = shlex.split(command.replace(API, f"127.0.0.1:{port}"))
    assert words[0] == "tidegate", f"only tidegate commands are run, not: {command}"
    process = await asyncio.create_subprocess_exec(
        TIDEGATE,
        *words[1:],
        cwd=folder,
        env={
            **{k: v for k, v in os.environ.items() if not k.startswith("TIDEGATE_")},
            "TIDEGATE_DATA_DIR": str(folder / "data"),
            "COLUMNS": str(COLUMNS),
            "NO_COLOR": "1",
            "LOGNAME": "ada",
        },
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await process.communicate()
    text = printed.decode().replace(f"127.0.0.1:{port}", API).replace(f"{folder}/", "")
    if broken := _BROKEN.search(text):
        raise AssertionError(f"{broken[0]!r} is nothing to show people. {command}:\n{text}")
    if process.returncode:
        text += f"\n(exit code {process.returncode})\n"
    return "\n".join(_tidy(text))


def _tidy(text: str) -> Iterator[str]:
    """Lines without spaces at their end, and without empty lines around them."""
    lines = [line.rstrip() for line in text.strip("\n").splitlines()]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    yield from lines


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _example_api() -> Any:
    spec = importlib.util.spec_from_file_location("example_api", ROOT / "examples" / "api.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.serve()

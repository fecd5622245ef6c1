"""Packages that code in full CPython may import: the operator's list, in a folder of its own.

The folder is built once for each content of the list and each Python, and never changed after.
"""

import hashlib
import platform
import sys
import sysconfig
from collections.abc import Mapping
from functools import cached_property
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

from tidegate.errors import InvalidInput

READY: Final = ".tidegate-ready"
"""A file in the folder that says that the building came to its end."""
_SYSTEM: Final = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"),
    *("/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo"),
)


class CodePackages:
    """The list (``isolation.code_requirements``), and the folder that was built from it.

    Args:
        requirements: the file with the list; None where there is none.
        folder: where the folders are built.
    """

    def __init__(self, requirements: Path | None, folder: Path) -> None:
        self.requirements = requirements
        self._folder = folder

    @cached_property
    def place(self) -> Path | None:
        """The folder for the list as it is now, built or not; None without a list.

        Raises:
            InvalidInput: the list can't be read.
        """
        if self.requirements is None:
            return None
        try:
            listed = self.requirements.read_bytes()
        except OSError as error:
            raise InvalidInput(
                f"the list of packages {self.requirements} (isolation.code_requirements) can't be "
                f"read: {error.strerror}"
            ) from None
        python = f"{sys.implementation.cache_tag} {sys.platform} {platform.machine()}"
        return self._folder / hashlib.sha256(python.encode() + b"\0" + listed).hexdigest()[:32]

    def lacking(self) -> str | None:
        """Why code in full CPython can't run here; None where nothing is missing."""
        try:
            place = self.place
        except InvalidInput as error:
            return error.message
        if place is None or (place / READY).is_file():
            return None
        return (
            f"the packages for code that {self.requirements} lists are not built here: run "
            "tidegate code packages --build"
        )

    def installed(self) -> Mapping[str, str]:
        """The names and versions of what is in the folder."""
        if self.place is None:
            return {}
        found = distributions(path=[str(self.place)])
        return dict(sorted((entry.name, entry.version) for entry in found))

    def import_path(self) -> tuple[str, ...]:
        """Where code finds modules: the packages, then the standard library."""
        paths = sysconfig.get_paths()
        dynamic = str(Path(paths["platstdlib"]) / "lib-dynload")
        return (str(self.place), paths["stdlib"], paths["platstdlib"], dynamic)

    def readable(self) -> tuple[str, ...]:
        """What a process may read that imports them."""
        libraries = str(Path(sys.base_prefix) / "lib")
        return tuple(dict.fromkeys([*self.import_path(), libraries, *_SYSTEM]))

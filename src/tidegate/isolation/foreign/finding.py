"""Where a package's code is, found without importing any of it; and what its process may read."""

import sys
import sysconfig
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from tidegate.isolation.foreign.process_node import ForeignClass

_SYSTEM = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"),
    *("/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo"),
)
_OWN = Path(__file__).resolve().parents[2]


@cache
def _always() -> tuple[str, ...]:
    """The interpreter's own folders, the installed packages, and Tidegate's code."""
    paths = sysconfig.get_paths()
    folders = [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    libraries = str(Path(sys.base_prefix) / "lib")
    return tuple(dict.fromkeys([*folders, libraries, str(_OWN), *_SYSTEM]))


def find_class(target: str) -> ForeignClass:
    """The class ``module:Class``, and what its process needs to import it.

    Raises:
        ImportError: there is no such package.
    """
    name = target.partition(":")[0].partition(".")[0]
    spec = PathFinder.find_spec(name) or _by_hooks(name)
    if spec is None:
        raise ImportError(f"there is no package {name}")
    folders = [str(Path(folder)) for folder in spec.submodule_search_locations or ()]
    places = folders or [str(spec.origin)]
    if all(_is_within(place, _always()) for place in places):
        return ForeignClass(target, _always(), None)
    package = {"file": spec.origin, "folders": folders}
    return ForeignClass(target, (*_always(), *places), package)


def _by_hooks(name: str) -> ModuleSpec | None:
    """What hooks of editable installations know; they belong to tools that the operator chose."""
    from importlib.util import find_spec  # noqa: PLC0415 - seldom needed

    return find_spec(name)


def _is_within(place: str, folders: tuple[str, ...]) -> bool:
    path = Path(place).resolve()
    return any(path.is_relative_to(Path(folder).resolve()) for folder in folders)

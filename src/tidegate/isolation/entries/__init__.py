"""What a process may be asked to run: a static list, each entry with the lock that it gets."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

STANDARD_LIBRARY: Final = (
    *("_strptime", "abc", "ast", "base64", "binascii", "bisect", "calendar", "collections"),
    *("contextlib", "copy", "copyreg", "csv", "dataclasses", "datetime", "decimal"),
    *("difflib", "email.utils", "encodings.idna", "encodings.latin_1", "encodings.utf_16"),
    *("enum", "fractions", "functools", "hashlib", "heapq", "hmac", "html", "html.parser"),
    *("io", "itertools", "json", "keyword", "linecache", "math", "numbers", "operator"),
    *("pprint", "random", "re", "secrets", "statistics", "string", "struct", "textwrap"),
    *("time", "tokenize", "traceback", "types", "typing", "unicodedata", "urllib.parse"),
    *("uuid", "xml.etree.ElementTree", "zlib", "zoneinfo"),
)
"""What code may import: loaded before the lock, because a locked process reads no file."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How processes for some entries are started and locked.

    Attributes:
        name: one fork server runs for each.
        preload: modules that it imports before it forks.
        threads: whether a process may start threads.
        libraries: whether it may load compiled libraries from the folders that it may read.
        event_loop: whether it may use asyncio (the loop is made before the lock).
        uses: how many runs one process serves before another takes its place.
    """

    name: str
    preload: tuple[str, ...]
    threads: bool = False
    libraries: bool = False
    event_loop: bool = False
    uses: int = 1


CODE: Final = Profile("code", (*STANDARD_LIBRARY, "tidegate.isolation.entries.cpython"))
PACKAGES: Final = Profile("packages", CODE.preload, threads=True, libraries=True)
"""Code that may import the operator's packages; it is locked before it imports any of them."""

JAVASCRIPT: Final = Profile("javascript", ("tidegate.isolation.entries.javascript",))

NODES: Final = Profile(
    "nodes",
    ("asyncio", "tidegate.sdk", "tidegate.isolation.entries.node"),
    threads=True,
    libraries=True,
    event_loop=True,
    uses=1000,
)
"""Node types of other packages: one process serves many items of the same type."""

ENTRIES: Final[Mapping[str, Profile]] = MappingProxyType(
    {
        "tidegate.isolation.entries.cpython:run": CODE,
        "tidegate.isolation.entries.cpython:run_with_packages": PACKAGES,
        "tidegate.isolation.entries.javascript:run": JAVASCRIPT,
        "tidegate.isolation.entries.node:describe": NODES,
        "tidegate.isolation.entries.node:place": NODES,
        "tidegate.isolation.entries.node:validate": NODES,
        "tidegate.isolation.entries.node:call": NODES,
    }
)
"""``module:function`` -> its profile. The function takes a request and the channel."""

"""What a path that a workflow gives may look like, before any file is touched."""

import errno
import os
import re
from collections.abc import Iterable
from typing import Final

from tidegate.errors import NodeError, NodeFailed, SecurityError, SecurityErrorType

MAX_NAME: Final = 255
MAX_PATH: Final = 4096

_RESERVED: Final = re.compile(
    r"(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:[. ].*)?",
    re.IGNORECASE,
)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_SHOWN: Final = 200

_SENTENCES: Final = {
    errno.ENOENT: "there is no {path}",
    errno.EACCES: "the operating system does not let Tidegate use {path}",
    errno.EPERM: "the operating system does not let Tidegate use {path}",
    errno.EROFS: "{path} is on a read-only file system",
    errno.ENOSPC: "the disk is full; {path} was not written",
    errno.EDQUOT: "the disk quota is used up; {path} was not written",
    errno.EFBIG: "{path} would be larger than the file system allows",
    errno.EEXIST: "{path} exists already",
    errno.ENOTDIR: "a part of {path} is not a folder",
    errno.EISDIR: "{path} is a folder",
    errno.ENAMETOOLONG: "{path} is too long",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
    errno.EIO: "the disk reports an error at {path}",
}


def shown(path: str) -> str:
    """The path for a message: quoted, printable and not too long."""
    return repr(path if len(path) <= _SHOWN else path[:_SHOWN] + "...")


def refused(rule: str, reason: str, path: str) -> SecurityError:
    """The error for a path that is not allowed; ``rule`` is the last part of its rule's name."""
    return SecurityError(
        f"the path {shown(path)} is not allowed: {reason}",
        SecurityErrorType.BLOCKED_URL,
        rule=f"files.{rule}",
        blocked=path[:_SHOWN],
        risk="low" if rule == "name" else "high",
    )


def failed(error: OSError, path: str) -> NodeError:
    """What the operating system said, as the node's error with a plain sentence."""
    if error.errno == errno.ELOOP:
        return refused("link", "it leads over a link, and links are not followed", path)
    if error.errno == errno.ENXIO:
        return refused("device", "it is a device, a pipe or a socket, not a file", path)
    sentence = _SENTENCES.get(error.errno or 0)
    if sentence is None:
        name = errno.errorcode.get(error.errno or 0, type(error).__name__)
        sentence = f"{{path}} can't be used ({name})"
    return NodeFailed(sentence.format(path=shown(path)))


def split_path(path: str) -> tuple[str, ...]:
    """The names that a path is made of; empty ones and ``.`` are left out (``./a//b`` is ``a/b``).

    Raises:
        SecurityError: the path is too long.
    """
    if len(path) > MAX_PATH:
        raise refused("name", f"it is longer than {MAX_PATH} characters", path)
    return tuple(part for part in path.split("/") if part not in ("", "."))


def check_names(names: Iterable[str], path: str) -> None:
    """Refuse a path with a name that no workflow may use.

    Raises:
        SecurityError: naming the rule.
    """
    for name in names:
        reason = wrong_name(name)
        if reason is not None:
            raise refused(*reason, path)


def wrong_name(name: str) -> tuple[str, str] | None:
    """Why a single name is not allowed, as a rule and a reason; None where it is fine."""
    if name == "..":
        return "parent", "'..' would leave the folder"
    if _CONTROL.search(name):
        return "name", "it holds a control character"
    if name.startswith("."):
        return "hidden", "names that begin with a dot are hidden from workflows"
    if "\\" in name:
        return "name", "use / between folders, not a backslash"
    if name[-1] in ". " or _RESERVED.fullmatch(name) or (os.name == "nt" and ":" in name):
        return "name", f"{name!r} is a reserved name on some systems"
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        return "name", "it is not valid Unicode text"
    if size > MAX_NAME:
        return "name", f"a name in it is longer than {MAX_NAME} bytes"
    return None

"""Methods of text: Python's own, with what they make counted before they make it."""

from collections.abc import Callable
from typing import Any, Final

from tidegate.errors import ExpressionError
from tidegate.expressions.library import Topic
from tidegate.expressions.scope import Scope
from tidegate.expressions.values import kind_name, need_list, need_text, need_whole

TOPIC: Final = Topic("Methods of text")

MAX_STRIP: Final = 100
_SPACES: Final = (
    " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_LINE_BREAKS: Final = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"


def _add_case(name: str, method: Callable[[str], str], summary: str, value: str) -> None:
    def change(scope: Scope, text: str) -> str:
        # One character becomes up to three: 'ΐ'.upper().
        scope.charge_text(len(text) * (1 if text.isascii() else 3), ascii_only=text.isascii())
        return method(text)

    change.__doc__ = summary
    TOPIC.method(str, f"'ada LOVELACE'.{name}()", value, name=name)(change)


_add_case("upper", str.upper, "In capital letters.", "ADA LOVELACE")
_add_case("lower", str.lower, "In small letters.", "ada lovelace")
_add_case("title", str.title, "Every word with a capital first letter.", "Ada Lovelace")
_add_case("capitalize", str.capitalize, "Only the first letter a capital.", "Ada lovelace")
_add_case("swapcase", str.swapcase, "Capital and small letters swapped.", "ADA lovelace")
_add_case("casefold", str.casefold, "For comparing without regard to case.", "ada lovelace")


def _add_question(name: str, method: Callable[[str], bool], summary: str, example: str) -> None:
    def ask(scope: Scope, text: str) -> bool:
        scope.step(1 + (len(text) >> 8))
        return method(text)

    ask.__doc__ = summary
    TOPIC.method(str, f"'{example}'.{name}()", value=True, name=name)(ask)


_add_question("isdigit", str.isdigit, "Whether all characters are digits.", "2024")
_add_question("isnumeric", str.isnumeric, "Whether all characters are numeric.", "½")
_add_question("isalpha", str.isalpha, "Whether all characters are letters.", "Ada")
_add_question("isalnum", str.isalnum, "Whether all are letters or digits.", "A1")
_add_question("isspace", str.isspace, "Whether all characters are white space.", " ")
_add_question("isupper", str.isupper, "Whether all letters are capitals.", "ADA")
_add_question("islower", str.islower, "Whether all letters are small.", "ada")
_add_question("isascii", str.isascii, "Whether all characters are ASCII.", "abc")


def _add_strip(
    name: str, method: Callable[[str, str | None], str], summary: str, value: str
) -> None:
    def strip(scope: Scope, text: str, characters: Any = None) -> str:
        if characters is not None and len(need_text(characters, "characters")) > MAX_STRIP:
            raise ExpressionError(f"at most {MAX_STRIP} different characters can be stripped")
        scope.step(1 + ((len(text) * (1 if characters is None else 1 + len(characters))) >> 9))
        scope.charge_text(len(text), ascii_only=text.isascii())
        return method(text, characters)

    strip.__doc__ = summary
    TOPIC.method(str, f"'--a--'.{name}('-')", value, name=name)(strip)


_add_strip("strip", str.strip, "Without white space (or other characters) at the ends.", "a")
_add_strip("lstrip", str.lstrip, "Without white space (or others) at the start.", "a--")
_add_strip("rstrip", str.rstrip, "Without white space (or others) at the end.", "--a")


@TOPIC.method(str, "'report.pdf'.startswith('report')", value=True)
def startswith(scope: Scope, text: str, prefix: Any) -> bool:
    """Whether it starts with ``prefix``."""
    scope.step(1 + (len(need_text(prefix, "the prefix")) >> 9))
    return text.startswith(prefix)


@TOPIC.method(str, "'report.pdf'.endswith('.pdf')", value=True)
def endswith(scope: Scope, text: str, suffix: Any) -> bool:
    """Whether it ends with ``suffix``."""
    scope.step(1 + (len(need_text(suffix, "the suffix")) >> 9))
    return text.endswith(suffix)


@TOPIC.method(str, "'re: hello'.removeprefix('re: ')", "hello")
def removeprefix(scope: Scope, text: str, prefix: Any) -> str:
    """Without ``prefix``, if it starts with that."""
    scope.charge_text(len(text), ascii_only=text.isascii())
    return text.removeprefix(need_text(prefix, "the prefix"))


@TOPIC.method(str, "'report.pdf'.removesuffix('.pdf')", "report")
def removesuffix(scope: Scope, text: str, suffix: Any) -> str:
    """Without ``suffix``, if it ends with that."""
    scope.charge_text(len(text), ascii_only=text.isascii())
    return text.removesuffix(need_text(suffix, "the suffix"))


@TOPIC.method(str, "'banana'.find('na')", 2)
def find(scope: Scope, text: str, part: Any) -> int:
    """Where ``part`` stands first, from 0; -1 if nowhere."""
    scope.step(1 + (len(text) >> 6))
    return text.find(need_text(part, "the part"))


@TOPIC.method(str, "'banana'.rfind('na')", 4)
def rfind(scope: Scope, text: str, part: Any) -> int:
    """Where ``part`` stands last, from 0; -1 if nowhere."""
    _backward_cost(scope, text, need_text(part, "the part"))
    return text.rfind(part)


@TOPIC.method(str, "'banana'.index('na')", 2)
def index(scope: Scope, text: str, part: Any) -> int:
    """Where ``part`` stands first, from 0; an error if nowhere."""
    position = find(scope, text, part)
    if position < 0:
        raise ExpressionError(f"{part[:40]!r} does not occur in the text")
    return position


@TOPIC.method(str, "'banana'.count('na')", 2)
def count(scope: Scope, text: str, part: Any) -> int:
    """How often ``part`` occurs."""
    scope.step(1 + (len(text) >> 6))
    return text.count(need_text(part, "the part"))


@TOPIC.method(str, "'a,b,c'.split(',')", ["a", "b", "c"])
def split(scope: Scope, text: str, sep: Any = None, maxsplit: int = -1) -> list[str]:
    """The parts between ``sep`` (or white space), at most ``maxsplit`` cuts."""
    _charge_parts(scope, text, sep, need_whole(maxsplit, "maxsplit"))
    return text.split(sep, maxsplit)


@TOPIC.method(str, "'a,b,c'.rsplit(',', 1)", ["a,b", "c"])
def rsplit(scope: Scope, text: str, sep: Any = None, maxsplit: int = -1) -> list[str]:
    """Like ``split``, but the cuts are made from the end."""
    _charge_parts(scope, text, sep, need_whole(maxsplit, "maxsplit"))
    if sep is not None:
        _backward_cost(scope, text, sep)
    return text.rsplit(sep, maxsplit)


@TOPIC.method(str, "'one\\ntwo'.splitlines()", ["one", "two"])
def splitlines(scope: Scope, text: str) -> list[str]:
    """The lines, without their ends."""
    _charge_pieces(scope, text, _occurrences(scope, text, _LINE_BREAKS) + 1)
    return text.splitlines()


@TOPIC.method(str, "'key=a=b'.partition('=')", ["key", "=", "a=b"])
def partition(scope: Scope, text: str, sep: Any) -> list[str]:
    """What stands before the first ``sep``, ``sep`` itself, and the rest."""
    _need_separator(sep)
    scope.step(1 + (len(text) >> 6))
    _charge_pieces(scope, text, 3)
    return list(text.partition(sep))


@TOPIC.method(str, "'a/b/c'.rpartition('/')", ["a/b", "/", "c"])
def rpartition(scope: Scope, text: str, sep: Any) -> list[str]:
    """What stands before the last ``sep``, ``sep`` itself, and the rest."""
    _backward_cost(scope, text, _need_separator(sep))
    _charge_pieces(scope, text, 3)
    return list(text.rpartition(sep))


@TOPIC.method(str, "', '.join(['a', 'b'])", "a, b")
def join(scope: Scope, text: str, parts: Any) -> str:
    """The texts of a list with this text between them."""
    length = 0
    ascii_only = text.isascii()
    scope.step(1 + len(need_list(parts, "what is joined")))
    for part in parts:
        if type(part) is not str:
            raise ExpressionError(
                f"only texts can be joined, not {kind_name(part)}; use [str(x) for x in ...]"
            )
        length += len(part)
        ascii_only = ascii_only and part.isascii()
    scope.charge_text(length + len(text) * len(parts), ascii_only=ascii_only)
    return text.join(parts)


@TOPIC.method(str, "'banana'.replace('a', 'o')", "bonono")
def replace(scope: Scope, text: str, old: Any, new: Any, limit: int = -1) -> str:
    """With ``new`` in the place of every ``old`` (at most ``limit`` of them)."""
    need_text(new, "the new text")
    scope.step(1 + (len(text) >> 6))
    times = text.count(need_text(old, "the old text"))
    if need_whole(limit, "limit") >= 0:
        times = min(times, limit)
    longer = times * max(0, len(new) - len(old))
    scope.charge_text(len(text) + longer, ascii_only=text.isascii() and new.isascii())
    return text.replace(old, new, times)


def _add_padding(
    name: str, method: Callable[[str, int, str], str], summary: str, value: str
) -> None:
    def pad(scope: Scope, text: str, width: Any, fill: str = " ") -> str:
        if len(need_text(fill, "fill")) != 1:
            raise ExpressionError("fill must be one character")
        width = max(need_whole(width, "width"), len(text))
        scope.charge_text(width, ascii_only=text.isascii() and fill.isascii())
        return method(text, width, fill)

    pad.__doc__ = summary
    TOPIC.method(str, f"'7'.{name}(3, '.')", value, name=name)(pad)


_add_padding("ljust", str.ljust, "Filled up on the right to ``width``.", "7..")
_add_padding("rjust", str.rjust, "Filled up on the left to ``width``.", "..7")
_add_padding("center", str.center, "Filled up on both sides to ``width``.", ".7.")


@TOPIC.method(str, "'-7'.zfill(4)", "-007")
def zfill(scope: Scope, text: str, width: Any) -> str:
    """Filled up with zeros on the left to ``width``, after a sign."""
    width = max(need_whole(width, "width"), len(text))
    scope.charge_text(width, ascii_only=text.isascii())
    return text.zfill(width)


def _need_separator(sep: Any) -> str:
    if not need_text(sep, "the separator"):
        raise ExpressionError("the separator must not be empty")
    return str(sep)


def _backward_cost(scope: Scope, text: str, part: str) -> None:
    """Take the steps of searching from the end, which Python does in quadratic time."""
    scope.step(1 + (len(text) >> 6) + ((max(0, len(text) - len(part)) * len(part)) >> 10))


def _charge_parts(scope: Scope, text: str, sep: Any, maxsplit: int) -> None:
    if sep is None:
        parts = _occurrences(scope, text, _SPACES) + 1
    else:
        scope.step(1 + (len(text) >> 6))
        parts = text.count(_need_separator(sep)) + 1
    if maxsplit >= 0:
        parts = min(parts, maxsplit + 1)
    _charge_pieces(scope, text, parts)


def _occurrences(scope: Scope, text: str, characters: str) -> int:
    """How often the characters occur; short texts are not looked at."""
    if len(text) < 1000:
        return len(text)
    scope.step(1 + (len(text) >> 5))
    ascii_only = text.isascii()
    return sum(text.count(c) for c in characters if not ascii_only or c.isascii())


def _charge_pieces(scope: Scope, text: str, pieces: int) -> None:
    scope.step(1 + pieces // 8)
    scope.charge(64 + 72 * pieces)
    scope.charge_text(len(text), ascii_only=text.isascii())

"""Functions on text, beside its methods."""

import re
import unicodedata
from typing import Any, Final

from tidegate.errors import ExpressionError
from tidegate.expressions import values
from tidegate.expressions.library import Topic
from tidegate.expressions.scope import Scope
from tidegate.expressions.values import need_text, need_whole

TOPIC: Final = Topic("Text")

_NOT_SLUG: Final = re.compile(r"[^a-z0-9]+")
_TAG: Final = re.compile(r"<[^<>]*>")
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W_A-Za-z0-9]+")


@TOPIC.function("str(3.5)", "3.5", name="str")
def to_text(scope: Scope, value: Any) -> str:
    """Any value as text: null is empty, true is `true`, lists and objects are JSON."""
    return values.to_text(scope, value)


@TOPIC.function("truncate('Tidegate flows', 9)", "Tidegate…")
def truncate(scope: Scope, text: Any, length: Any, end: str = "…") -> str:
    """The text cut to at most `length` characters, `end` included."""
    need_text(end, "end")
    if len(need_text(text, "the text")) <= need_whole(length, "length"):
        return str(text)
    if length < len(end):
        raise ExpressionError("length must not be smaller than the length of end")
    scope.charge_text(length, ascii_only=False)
    return f"{text[: length - len(end)]}{end}"


@TOPIC.function("slug('Crème brûlée, please!')", "creme-brulee-please")
def slug(scope: Scope, text: Any) -> str:
    """The text for a URL or file name: small ASCII letters, digits and dashes."""
    plain = remove_accents(scope, text).lower()
    scope.charge_text(len(plain), ascii_only=True)
    return _NOT_SLUG.sub("-", plain).strip("-")


@TOPIC.function("remove_accents('Crème')", "Creme")
def remove_accents(scope: Scope, text: Any) -> str:
    """The text with its accents taken away."""
    if need_text(text, "the text").isascii():
        return str(text)
    # One character decomposes into up to 18. One by one, because Python sorts long runs of
    # combining marks in quadratic time.
    scope.step(1 + (len(text) >> 1))
    scope.charge(80 * len(text))
    return "".join(map(_without_accent, text))


def _without_accent(character: str) -> str:
    if character.isascii():
        return character
    decomposed = unicodedata.normalize("NFKD", character)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@TOPIC.function("remove_tags('<b>Hello</b> world')", "Hello world")
def remove_tags(scope: Scope, text: Any) -> str:
    """The text without HTML tags. It is for reading, not for making foreign HTML safe."""
    scope.step(1 + (len(need_text(text, "the text")) >> 4))
    scope.charge_text(len(text), ascii_only=text.isascii())
    return _TAG.sub("", text)


@TOPIC.function("words('orderId of user_name')", ["order", "Id", "of", "user", "name"])
def words(scope: Scope, text: Any) -> list[str]:
    """The words, also those of names in `camelCase` and `snake_case`."""
    found: list[str] = []
    scope.step(1 + (len(need_text(text, "the text")) >> 5))
    for match in _WORD.finditer(text):
        scope.step(1 + (match.end() - match.start() >> 6))
        scope.charge(64 + 4 * (match.end() - match.start()))
        found.append(match[0])
    return found


@TOPIC.function("snake_case('orderId')", "order_id")
def snake_case(scope: Scope, text: Any) -> str:
    """The text as a name in `snake_case`."""
    return _joined(scope, "_", [word.lower() for word in words(scope, text)])


@TOPIC.function("camel_case('order id')", "orderId")
def camel_case(scope: Scope, text: Any) -> str:
    """The text as a name in `camelCase`."""
    found = [word.capitalize() for word in words(scope, text)]
    if found:
        found[0] = found[0].lower()
    return _joined(scope, "", found)


def _joined(scope: Scope, separator: str, parts: list[str]) -> str:
    length = sum(len(part) + len(separator) for part in parts)
    scope.charge_text(length, ascii_only=all(part.isascii() for part in parts))
    return separator.join(parts)

"""Functions that encode, decode and hash."""

import base64
import binascii
import hashlib
import html
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlencode, urlsplit

from tidegate import codec
from tidegate.errors import ExpressionError, ExpressionLimit, InvalidInput
from tidegate.expressions import values
from tidegate.expressions.library import Topic
from tidegate.expressions.scope import Scope
from tidegate.expressions.values import need_object, need_text, to_text

TOPIC: Final = Topic("Encoding")

MAX_QUERY_FIELDS: Final = 1_000
MAX_URL: Final = 8_192
_PLAIN_BASE64: Final = bytes.maketrans(b"-_", b"+/")
_HASHES: Final = {
    "md5": hashlib.md5,
    "sha1": hashlib.sha1,
    "sha256": hashlib.sha256,
    "sha384": hashlib.sha384,
    "sha512": hashlib.sha512,
}


@TOPIC.function("json({'a': [1, None]})", '{"a": [1, null]}', name="json")
def to_json(scope: Scope, value: Any) -> str:
    """The value as JSON text."""
    return values.json_text(scope, value)


@TOPIC.function("parse_json('[1, null]')", [1, None])
def parse_json(scope: Scope, text: Any) -> Any:
    """The value of a JSON text."""
    need_text(text, "the text")
    scope.step(1 + (len(text) >> 4))
    # What each part becomes in memory, at most. Marks inside of texts are counted too.
    scope.charge(
        64
        + len(text) * (1 if text.isascii() else 5)
        + 72 * text.count("[")
        + 240 * text.count("{")
        + 40 * text.count(",")
        + 32 * text.count('"')
    )
    try:
        return codec.decode(text)
    except InvalidInput as error:
        raise ExpressionError(error.message) from None


@TOPIC.function("base64_encode('Ada')", "QWRh")
def base64_encode(scope: Scope, text: Any) -> str:
    """The text (as UTF-8) in Base64."""
    data = _bytes(scope, text)
    scope.charge_text(2 + len(data) * 4 // 3, ascii_only=True)
    return base64.b64encode(data).decode()


@TOPIC.function("base64_decode('QWRh')", "Ada")
def base64_decode(scope: Scope, text: Any) -> str:
    """The UTF-8 text that a Base64 text stands for, also in its form for URLs."""
    data = _bytes(scope, text).rstrip(b"=")
    scope.charge(3 * len(data))
    padded = data.translate(_PLAIN_BASE64) + b"=" * (-len(data) % 4)
    try:
        decoded = base64.b64decode(padded, validate=True)
    except (binascii.Error, ValueError):
        raise ExpressionError("this is not Base64") from None
    return _text(scope, decoded)


@TOPIC.function("hex_encode('Ada')", "416461")
def hex_encode(scope: Scope, text: Any) -> str:
    """The text (as UTF-8) in hexadecimal digits."""
    data = _bytes(scope, text)
    scope.charge_text(2 * len(data), ascii_only=True)
    return data.hex()


@TOPIC.function("hex_decode('416461')", "Ada")
def hex_decode(scope: Scope, text: Any) -> str:
    """The UTF-8 text that hexadecimal digits stand for."""
    scope.charge(len(need_text(text, "the text")))
    try:
        decoded = bytes.fromhex(text)
    except ValueError:
        raise ExpressionError("these are not hexadecimal digits") from None
    return _text(scope, decoded)


@TOPIC.function("url_encode('a b&c')", "a%20b%26c")
def url_encode(scope: Scope, text: Any) -> str:
    """The text for use in a path or query of a URL."""
    data = _bytes(scope, text)
    scope.charge_text(6 * len(data), ascii_only=True)
    return quote(data, safe="")


@TOPIC.function("url_decode('a%20b')", "a b")
def url_decode(scope: Scope, text: Any) -> str:
    """The text that a part of a URL stands for."""
    scope.charge(2 * len(_bytes(scope, text)) + 72 * text.count("%"))
    scope.step(1 + text.count("%"))
    return _text(scope, unquote_to_bytes(text))


@TOPIC.function("url_query({'q': 'a b', 'page': 2})", "q=a+b&page=2")
def url_query(scope: Scope, fields: Any) -> str:
    """An object as the query of a URL; lists give their name several times, null nothing."""
    pairs: list[tuple[str, str]] = []
    length = 0
    for name, value in need_object(fields, "the argument").items():
        for part in value if type(value) is list else [value]:
            scope.step(2)
            if part is not None:
                pairs.append((name, to_text(scope, part)))
                length += 8 + 12 * (len(name) + len(pairs[-1][1]))
    scope.charge(length)
    return urlencode(pairs)


@TOPIC.function("parse_query('q=a+b&page=2')", {"q": "a b", "page": "2"})
def parse_query(scope: Scope, text: Any) -> dict[str, Any]:
    """The fields of a URL's query; what occurs several times becomes a list."""
    scope.charge(8 * len(_bytes(scope, text)))
    try:
        pairs = parse_qsl(
            text.removeprefix("?"), keep_blank_values=True, max_num_fields=MAX_QUERY_FIELDS
        )
    except ValueError:
        raise ExpressionLimit(f"a query has at most {MAX_QUERY_FIELDS:,} fields") from None
    scope.charge(320 * len(pairs))
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name not in found:
            found[name] = value
        elif type(found[name]) is list:
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found


@TOPIC.function("parse_url('https://a.example:8443/x?q=1#top').host", "a.example")
def parse_url(scope: Scope, text: Any) -> dict[str, Any]:
    """The parts of a URL: scheme, host, port, path, query and fragment."""
    # Python keeps the last results of urlsplit, so they must be small.
    if len(need_text(text, "the text")) > MAX_URL:
        raise ExpressionLimit(f"a URL has at most {MAX_URL:,} characters")
    scope.charge(1024 + 16 * len(text))
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ExpressionError(f"{text[:80]!r} is not a URL") from None
    return {
        "scheme": parts.scheme,
        "host": parts.hostname or "",
        "port": port,
        "path": parts.path,
        "query": parts.query,
        "fragment": parts.fragment,
    }


@TOPIC.function("html_escape('<b> & co')", "&lt;b&gt; &amp; co")
def html_escape(scope: Scope, text: Any) -> str:
    """The text for use inside of HTML."""
    scope.charge_text(6 * len(need_text(text, "the text")), ascii_only=text.isascii())
    scope.step(1 + (len(text) >> 8))
    return html.escape(text)


@TOPIC.function("html_unescape('&lt;b&gt;')", "<b>")
def html_unescape(scope: Scope, text: Any) -> str:
    """The text that HTML stands for."""
    need_text(text, "the text")
    scope.step(1 + (len(text) >> 6) + 8 * text.count("&"))
    scope.charge_text(len(text), ascii_only=False)
    try:
        return html.unescape(text)
    except ValueError:
        raise ExpressionError("a number in the text is too long") from None


@TOPIC.function("hash('Ada', 'sha1')", "5c3cb098d52deb3f67e97b7fba960c4cf6880461", name="hash")
def hashed(scope: Scope, text: Any, algorithm: Any = "sha256") -> str:
    """The hash of the text (as UTF-8) in hexadecimal; also md5, sha1, sha384 and sha512."""
    make = _HASHES.get(need_text(algorithm, "algorithm"))
    if make is None:
        raise ExpressionError(f"no hash {algorithm[:40]!r}; there are: {', '.join(_HASHES)}")
    data = _bytes(scope, text)
    scope.step(1 + (len(data) >> 8))
    return make(data, usedforsecurity=False).hexdigest()


def _bytes(scope: Scope, text: Any) -> bytes:
    length = len(need_text(text, "the text"))
    scope.charge_text(length, ascii_only=text.isascii())
    scope.step(1 + (length >> 9))
    encoded: bytes = text.encode()
    return encoded


def _text(scope: Scope, data: bytes) -> str:
    scope.charge_text(len(data), ascii_only=data.isascii())
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ExpressionError("what was decoded is not UTF-8 text") from None

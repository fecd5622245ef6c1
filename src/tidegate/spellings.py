"""The ways in which a text turns up inside of other texts: escaped, nested, as base64."""

import base64
import re
from typing import Final

MIN_CORE: Final = 6
"""Letters and digits in a row that are looked for first; fewer would turn up everywhere."""

_CORE: Final = re.compile("[A-Za-z0-9]+")
# Base64, whose own three signs may be escaped for JSON or URLs again.
_SLASH: Final = r"(?:\\+/|(?i:%(?:25)*2f|\\+u002f))"
_PLUS: Final = r"(?i:%(?:25)*2b|\\+u002b)"
_END: Final = r"(?i:=|%(?:25)*3d|\\+u003d)"
_RUN: Final = re.compile(rf"(?:[A-Za-z0-9+/_-]|{_SLASH}|{_PLUS}){{8,}}{_END}*")
# The signs that escapes are made of, which an outer escape may have changed again. Backslashes are
# taken all at once and never given back, so that a long row of them costs no time.
_BACKSLASH: Final = r"(?:\\|%(?:25)*5[cC])"
_SEMICOLON: Final = "(?:;|%(?:25)*3[bB])"
_AMPERSAND: Final = f"(?:&|%(?:25)*26|u0026)(?:amp{_SEMICOLON})*"
_HASH: Final = "(?:#|%(?:25)*23)"
_NAMED: Final = {'"': "quot", "'": "apos", "<": "lt", ">": "gt"}
_ROWS: Final = re.compile(r"\\+|[^\\]", re.DOTALL)
_CONTROLS: Final = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}


class Spellings:
    """Finds one secret, however it is spelled.

    No escape changes letters and digits, so a run of them is looked for first, and what base64
    makes of it; only where it turns up is the text searched with care.
    """

    __slots__ = ("_core", "_core_in_base64", "_needles", "_pattern")

    def __init__(self, secret: str) -> None:
        self._pattern = _pattern_of(secret)
        core = max(_CORE.findall(secret), key=len, default="")
        self._core = core if len(core) >= MIN_CORE else ""
        self._core_in_base64 = tuple(_in_base64(self._core.encode())) if self._core else ()
        texts = (self._core, *self._core_in_base64) if self._core else ()
        self._needles = tuple(text.encode() for text in texts)

    def may_be_in_bytes(self, data: bytes) -> bool:
        """Whether the secret may stand in UTF-8 text; False is certain."""
        return not self._core or any(needle in data for needle in self._needles)

    def masked(self, text: str, mask: str) -> str:
        """The text with ``mask`` in the place of the secret, and of base64 that holds it."""
        if self._core in text:
            text = self._pattern.sub(lambda _: mask, text)
        if not self._core or any(needle in text for needle in self._core_in_base64):
            text = _RUN.sub(lambda run: mask if self._is_encoded_in(run[0]) else run[0], text)
        return text

    def _is_encoded_in(self, run: str) -> bool:
        """Whether base64 holds the secret. What stands before may have joined the run."""
        digits = re.sub(_SLASH, "/", re.sub(_PLUS, "+", re.sub(_END, "", run)))
        digits = digits.replace("-", "+").replace("_", "/")
        for skipped in range(4):
            whole = digits[skipped:]
            whole = whole[: len(whole) // 4 * 4] + whole[len(whole) // 4 * 4 :].ljust(4, "A")
            decoded = base64.b64decode(whole).decode("utf-8", "replace")
            if self._pattern.search(decoded):
                return True
        return False


def _pattern_of(secret: str) -> re.Pattern[str]:
    """A pattern for a text in any spelling, to any depth."""
    parts: list[str] = []
    for row in _ROWS.findall(secret):
        if not row.startswith("\\"):
            parts.append(_any_spelling(row, before=f"{_BACKSLASH}*+" if parts else ""))
        elif parts:
            parts.append(f"{_BACKSLASH}{{{len(row)},}}+")
        else:
            parts.append(rf"(?<!\\){_BACKSLASH}{{{len(row)},}}+")
    return re.compile("".join(parts))


def _any_spelling(character: str, before: str) -> str:
    """A pattern for a character as it is and escaped for JSON, HTML and URLs.

    ``before`` stands for the backslashes that escape it: there may be none before the first
    character, and where an outer escape doubled them there are many.
    """
    if character.isascii() and character.isalnum():
        return character
    data = character.encode("utf-8", "surrogatepass")
    units = character.encode("utf-16-be", "surrogatepass").hex()
    point = ord(character)
    forms = [
        f"{_BACKSLASH}*".join(f"u{units[i : i + 4]}" for i in range(0, len(units), 4)),
        "".join(f"%(?:25)*{byte:02x}" for byte in data),
        f"{_AMPERSAND}{_HASH}(?:0*{point}|x0*{point:x}){_SEMICOLON}",
    ]
    if character in _NAMED:
        forms.append(f"{_AMPERSAND}{_NAMED[character]}{_SEMICOLON}")
    if character in _CONTROLS:
        forms.append(_CONTROLS[character])
    if character == "&":
        forms.append(_AMPERSAND)
    if character == " ":
        forms.append(r"(?:\+|%(?:25)*2b)")
    return f"{before}(?:{re.escape(character)}|(?i:{'|'.join(forms)}))"


def _in_base64(data: bytes) -> set[str]:
    """What stands in base64 for these bytes, whatever is around them: one for each alignment."""
    forms: set[str] = set()
    for shift in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(b"\0" * shift + data + b"\0" * 3).decode()
            # Characters that only these bytes decide: six bits each.
            forms.add(text[(shift * 8 + 5) // 6 : (shift + len(data)) * 8 // 6])
    return forms

"""Takes secrets out of text and JSON values at every exit.

A secret is found by its value, not by the name of the field that holds it. Each value of a
credential that is opened is made known here before it is used. It is found as it is, escaped for
JSON, HTML and URLs to any depth, and inside of base64.

Only whole secrets are looked for. Whoever masked what may be the beginning of one would answer
guesses: an author could find out a secret that he may not see letter by letter. So a text is cut
only after its secrets are out of it (:meth:`Redactor.beginning`).
"""

from collections.abc import Iterable
from typing import Any, Final

from tidegate.spellings import Spellings

MASK: Final = "***"
MIN_LENGTH: Final = 4
"""Shorter values would mask half of every text; a credential that short is refused."""
CUT: Final = "..."
"""How a text ends that was cut."""
MAX_SHOWN: Final = 4096
"""How many characters of one text an error shows."""
MARGIN: Final = 12_288
"""How much more of a text is needed to cut it: the longest spelling of a secret."""


class Redactor:
    """Replaces known secrets by ``***``, in whatever way they are spelled."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known: dict[str, Spellings] = {}
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Know further secrets from now on."""
        new = {s for s in secrets if len(s) >= MIN_LENGTH and s not in self._known}
        if new:
            self._index(self._known | {secret: Spellings(secret) for secret in new})

    def discard(self, secrets: Iterable[str]) -> None:
        """Forget values that are no secrets any more, such as a token that has expired."""
        gone = set(secrets)
        if gone & self._known.keys():
            self._index({s: found for s, found in self._known.items() if s not in gone})

    def __call__(self, value: Any) -> Any:
        """``value`` without secrets; the same object where no secret is known."""
        if not self._known:
            return value
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            return {self._text(str(key)): self(part) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return [self(part) for part in value]
        if type(value) in (int, float) and str(value) in self._known:
            return MASK
        return value

    def finds(self, data: bytes) -> bool:
        """Whether JSON text may hold a secret: a quick look before it is taken apart."""
        if not self._known:
            return False
        return any(spellings.may_be_in_bytes(data) for spellings in self._known.values())

    def beginning(self, text: str, limit: int) -> str:
        """The first ``limit`` characters of a text without secrets, and :data:`CUT` if it goes on.

        Give :data:`MARGIN` more characters where there are any: what is left of them shows whether
        a secret stands where the text is cut.
        """
        window = text[: limit + MARGIN]
        shown: str = self(window)
        if len(window) < len(text):
            # A secret may be cut off at the window's end. Nobody learns whether one is.
            shown = shown[:-MARGIN]
        elif len(shown) <= limit:
            return shown
        return shown[:limit] + CUT

    def error(self, value: Any) -> Any:
        """An error as JSON without secrets, each of its texts cut to :data:`MAX_SHOWN`."""
        if isinstance(value, str):
            return self.beginning(value, MAX_SHOWN)
        if isinstance(value, dict):
            return {self._text(str(key)): self.error(part) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return [self.error(part) for part in value]
        return self(value)

    def _index(self, known: dict[str, Spellings]) -> None:
        # Longest first: a secret that contains another must be taken out whole.
        self._known = {s: known[s] for s in sorted(known, key=len, reverse=True)}

    def _text(self, text: str) -> str:
        for spellings in self._known.values():
            text = spellings.masked(text, MASK)
        return text

"""A command line as words, by the rules of the shell that it was written for. Nothing is run.

Variables stay: ``$TOKEN`` becomes :func:`variable`, a mark that is no text of any command.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from tidegate.errors import InvalidInput

Shell = Literal["sh", "cmd", "powershell"]

VARIABLE: Final = re.compile("\ue000([A-Za-z_][A-Za-z0-9_]*)\ue001")
"""A shell's variable inside of a word."""

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BRACED: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)(?::?[-=?+][^}]*)?\}")
_PERCENT: Final = re.compile(r"%([A-Za-z_][A-Za-z0-9_]*)%")
_PROMPT: Final = re.compile(r"\A\s*(?:[$#>%]|PS [^>\n]*>|[A-Z]:\\[^>\n]*>)\s+(?=curl)")
_ENDS: Final = frozenset("|;&<>\n")
_ESCAPES: Final = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "e": "\x1b",
    "E": "\x1b",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "?": "?",
}
_ESCAPED: Final = re.compile(
    r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|(.))",
    re.DOTALL,
)


def variable(name: str) -> str:
    """The mark of a variable."""
    return f"\ue000{name}\ue001"


@dataclass(frozen=True, slots=True)
class Words:
    """``rest`` is what follows the command behind ``|``, ``;``, ``&&`` or ``>``."""

    words: list[str]
    shell: Shell
    rest: str


def split(text: str, shell: Shell | None = None) -> Words:
    """Take a command line apart; the shell is guessed where none is named.

    Raises:
        InvalidInput: a quote is not closed, or the command holds another command.
    """
    text = _PROMPT.sub("", text.replace("\r\n", "\n").strip())
    if "\ue000" in text or "\ue001" in text:
        raise InvalidInput("the command holds characters of Unicode's private use area")
    chosen = shell or _guess(text)
    found = _Splitter(text, chosen)
    words = found.run()
    return Words(words, chosen, text[found.end :].strip())


def _guess(text: str) -> Shell:
    if re.search(r"\^\s*\n|\^\"|\^\^", text):
        return "cmd"
    return "powershell" if re.search(r"`\s*\n|`\"|\A\s*curl\.exe\b", text) else "sh"


class _Splitter:
    """Reads one command; ``end`` is where it ended."""

    def __init__(self, text: str, shell: Shell) -> None:
        self.text, self.shell = text, shell
        self.at = self.end = 0
        self._word: list[str] | None = None

    def run(self) -> list[str]:
        words: list[str] = []
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in " \t" or self._is_end(char):
                self._finish(words)
                if char not in " \t":
                    if char == "\n" and not words:
                        self.at += 1
                        continue
                    break
                self.at += 1
            elif char == "#" and self._word is None and self.shell != "cmd":
                self._skip_comment()
            else:
                self._take(char)
        self.end = self.at
        self._finish(words)
        return words

    def _is_end(self, char: str) -> bool:
        return char in _ENDS

    def _finish(self, words: list[str]) -> None:
        if self._word is not None:
            words.append("".join(self._word))
            self._word = None

    def _skip_comment(self) -> None:
        line_end = self.text.find("\n", self.at)
        self.at = len(self.text) if line_end < 0 else line_end

    def _take(self, char: str) -> None:
        """One part of a word: a character, an escape, a quoted text or a variable."""
        escape = {"sh": "\\", "cmd": "^", "powershell": "`"}[self.shell]
        if char == escape:
            self._escape()
        elif char == '"':
            self._double_quoted()
        elif char == "'" and self.shell != "cmd":
            self._single_quoted()
        elif self.shell == "sh" and self.text.startswith("$'", self.at):
            self._ansi_c()
        elif char == "$" and self.shell != "cmd":
            self._add(self._dollar())
        elif char == "`":
            raise _other_command()
        elif char == "%" and self.shell == "cmd" and (m := _PERCENT.match(self.text, self.at)):
            self._add(variable(m[1]))
            self.at = m.end()
        else:
            self._add(char)
            self.at += 1

    def _add(self, part: str) -> None:
        if self._word is None:
            self._word = []
        self._word.append(part)

    def _escape(self) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        if following in ("", "\n"):
            self.at += 2  # the line goes on
            return
        rest = self.text[self.at + 1 :]
        if rest.strip(" \t")[:1] == "\n":  # copied with spaces at the end of the line
            self.at += 2 + rest.index("\n")
            return
        if self.shell == "cmd" and following == '"':
            self.at += 1
            self._double_quoted()
            return
        self._add(following)
        self.at += 2

    def _single_quoted(self) -> None:
        self._add("")
        while True:
            end = self.text.find("'", self.at + 1)
            if end < 0:
                raise _unclosed("'")
            self._add(self.text[self.at + 1 : end])
            self.at = end + 1
            if self.shell != "powershell" or not self.text.startswith("'", self.at):
                return
            self._add("'")  # PowerShell doubles it

    def _ansi_c(self) -> None:
        match = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL).match(self.text, self.at)
        if match is None:
            raise _unclosed("$'")
        self._add(_ESCAPED.sub(_unescape, match[1]))
        self.at = match.end()

    def _double_quoted(self) -> None:
        self._add("")
        self.at += 1
        while True:
            char = self.text[self.at : self.at + 1]
            if not char:
                raise _unclosed('"')
            if self._is_closing(char):
                return
            if char in ("\\", "`", "^"):
                self._escape_in_quotes(char)
            elif char == "$" and self.shell != "cmd":
                self._add(self._dollar())
            elif char == "%" and self.shell == "cmd" and (m := _PERCENT.match(self.text, self.at)):
                self._add(variable(m[1]))
                self.at = m.end()
            else:
                self._add(char)
                self.at += 1

    def _is_closing(self, char: str) -> bool:
        if char == '"':
            self.at += 1
            if self.shell != "sh" and self.text.startswith('"', self.at):
                self._add('"')  # doubled
                self.at += 1
                return False
            return True
        if self.shell == "cmd" and char == "^" and self.text.startswith('^"', self.at):
            self.at += 2
            return True
        return False

    def _escape_in_quotes(self, char: str) -> None:
        following = self.text[self.at + 1 : self.at + 2]
        if char == "`" and self.shell == "sh":
            raise _other_command()
        if self.shell == "sh" and char == "\\":
            if following == "\n":
                self.at += 2
                return
            self._add(following if following in '"\\$`' else char + following)
            self.at += 2
        elif self.shell == "powershell" and char == "`":
            self._add({"n": "\n", "t": "\t", "r": "\r", "0": "\0"}.get(following, following))
            self.at += 2
        elif self.shell != "sh" and char == "\\" and self.text[self.at + 1 : self.at + 3] == '^"':
            self._add('"')  # how browsers write a quote for cmd: ^\^"
            self.at += 3
        elif self.shell != "sh" and char == "\\" and following in ('"', "\\"):
            self._add(following)  # what the program itself takes for an escape
            self.at += 2
        elif self.shell == "cmd" and char == "^":
            self._caret_in_quotes(following)
        else:
            self._add(char)
            self.at += 1

    def _caret_in_quotes(self, following: str) -> None:
        rest = self.text[self.at + 1 :]
        if rest[:1] == "\n":  # a line break in a body: browsers write ^, a line break, and another
            self._add("\n")
            self.at += 3 if rest[:2] == "\n\n" else 2
        elif rest.startswith('\\^"'):
            self._add('"')
            self.at += 4
        else:
            self._add(following)
            self.at += 2

    def _dollar(self) -> str:
        """A variable, or the sign itself."""
        if self.text.startswith("$(", self.at):
            raise _other_command()
        start = self.at + 1
        if self.shell == "powershell" and self.text.startswith("env:", start):
            start += 4
        match = _NAME.match(self.text, start) or _BRACED.match(self.text, start)
        if match is None:
            self.at += 1
            return "$"
        self.at = match.end()
        return variable(match[match.lastindex or 0])


def _unescape(match: re.Match[str]) -> str:
    hexadecimal = match[1] or match[2] or match[3]
    if hexadecimal:
        point = int(hexadecimal, 16)
        return chr(point) if point < 0x110000 else match[0]
    if match[4]:
        return chr(int(match[4], 8) & 0xFF)
    return _ESCAPES.get(match[5], match[0])


def _unclosed(quote: str) -> InvalidInput:
    return InvalidInput(f"a quote {quote} of the command is never closed; was it copied whole?")


def _other_command() -> InvalidInput:
    return InvalidInput(
        "the command holds another command ($(...) or backticks), which is not run; put its "
        "output there, or a variable such as $VALUE"
    )

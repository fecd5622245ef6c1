"""What a cURL command asks for: its words read by curl's own rules."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

from tidegate.errors import InvalidInput
from tidegate.services.curl.options import BY_LETTER, BY_NAME, Option
from tidegate.services.curl.words import Shell, split

DataKind = Literal["data", "raw", "binary", "urlencode", "json"]
_DATA: dict[str, DataKind] = {
    "data": "data",
    "data-ascii": "data",
    "data-raw": "raw",
    "data-binary": "binary",
    "data-urlencode": "urlencode",
    "json": "json",
}


@dataclass(slots=True)
class CurlCommand:
    """The command; texts are as the shell gives them, with the marks of its variables.

    ``form`` are the values of ``-F`` with whether they are plain texts (``--form-string``).
    ``options`` are single values by the option's name.
    """

    url: str = ""
    headers: list[str] = field(default_factory=list)
    data: list[tuple[DataKind, str]] = field(default_factory=list)
    form: list[tuple[str, bool]] = field(default_factory=list)
    url_query: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)

    @property
    def method(self) -> str:
        """The method that curl would send."""
        if "request" in self.options:
            return self.options["request"]
        if "head" in self.flags:
            return "HEAD"
        if "upload-file" in self.options:
            return "PUT"
        sends = (self.data or self.form) and "get" not in self.flags
        return "POST" if sends else "GET"


def parse(text: str, shell: Shell | None = None) -> CurlCommand:
    """Read a command line.

    Raises:
        InvalidInput: it is no cURL command, or can't be taken apart.
    """
    found = split(text, shell)
    words = found.words
    while words and ("=" in words[0] or words[0] in ("sudo", "time", "command")):
        words = words[1:]  # assignments and what runs the command
    program = words[0].replace("\\", "/").rpartition("/")[2].lower() if words else ""
    if program not in ("curl", "curl.exe"):
        raise InvalidInput(
            "this is no cURL command: it begins with "
            + (f"{words[0][:40]!r}" if words else "nothing")
            + ", not with curl"
        )
    command = _Reader(words[1:]).read()
    if found.rest:
        command.warnings.append(
            f"what follows the command was left out: {found.rest.splitlines()[0][:60]!r} (a URL "
            "with & belongs into quotes)"
        )
    if not command.url:
        raise InvalidInput("the command has no URL")
    return command


class _Reader:
    """Sorts words into options, their values, and URLs."""

    def __init__(self, words: list[str]) -> None:
        self.words = iter(words)
        self.command = CurlCommand()
        self._has_url = False

    def read(self) -> CurlCommand:
        for word in self.words:
            if word == "--":
                for url in self.words:
                    self._url(url)
            elif word.startswith("--"):
                self._long(word[2:])
            elif word.startswith("-") and len(word) > 1:
                self._short(word[1:])
            else:
                self._url(word)
        return self.command

    def _warn(self, text: str) -> None:
        if text not in self.command.warnings:
            self.command.warnings.append(text)

    def _url(self, url: str) -> None:
        if self._has_url:
            self._warn("a node requests one URL; only the first of the command was taken")
            return
        self._has_url, self.command.url = True, url

    def _long(self, name: str) -> None:
        name, mark, joined = name.partition("=")
        option = BY_NAME.get(name)
        if option is None and name.startswith("no-") and name[3:] in BY_NAME:
            self.command.flags.discard(name[3:])
            return
        if option is None:
            self._unknown(f"--{name}", get_close_matches(name, BY_NAME, n=1))
            return
        if mark and not option.takes_value:
            self._warn(f"--{name} takes no value; {joined[:20]!r} was left out")
        self._apply(option, joined if mark and option.takes_value else None)

    def _short(self, letters: str) -> None:
        """Letters in one word; the value of the last may follow at once."""
        for place, letter in enumerate(letters):
            option = BY_LETTER.get(letter)
            if option is None:
                self._unknown(f"-{letter}", [])
            elif option.takes_value:
                self._apply(option, letters[place + 1 :] or None)
                return
            else:
                self._apply(option, None)

    def _unknown(self, shown: str, near: list[str]) -> None:
        hint = f"; did you mean --{near[0]}?" if near else ""
        self._warn(f"the option {shown} is not known and was left out{hint}")

    def _apply(self, option: Option, value: str | None) -> None:
        if option.takes_value and value is None:
            value = next(self.words, None)
            if value is None:
                raise InvalidInput(f"the option --{option.name} has no value; was it cut off?")
        if option.fate == "unsupported":
            self._warn(f"--{option.name} was left out: {option.why}")
            if option.name == "next":
                for _ in self.words:
                    pass
        elif option.fate == "used":
            self._use(option.name, value)

    def _use(self, name: str, value: str | None) -> None:
        command = self.command
        if value is None:
            command.flags.add(name)
        elif name in _DATA:
            command.data.append((_DATA[name], value))
        elif name in ("form", "form-string"):
            command.form.append((value, name == "form-string"))
        elif name == "url":
            self._url(value)
        elif name in ("header", "cookie", "url-query"):
            lists = {
                "header": command.headers,
                "cookie": command.cookies,
                "url-query": command.url_query,
            }
            lists[name].append(value)
        else:
            command.options[name] = value


def pairs_of(headers: list[str], warn: "list[str]") -> Iterator[tuple[str, str]]:
    """The headers as names and values; ``Name;`` is an empty one, ``Name:`` takes one away."""
    for line in headers:
        if line.startswith("@"):
            warn.append("a file of headers (-H @file) is not read; its headers were left out")
            continue
        name, mark, value = line.partition(":")
        if mark and value.strip():
            yield name.strip(), value.strip()
        elif not mark and line.rstrip().endswith(";"):
            yield line.rstrip()[:-1].strip(), ""

"""The corpus of cURL commands in tests/data/curl/commands.txt."""

from dataclasses import dataclass, field
from pathlib import Path

FILE = Path(__file__).parents[1] / "data" / "curl" / "commands.txt"
FILES = {
    "body.json": b'{\n  "name": "Ada",\n  "tags": ["a", "b"]\n}\n',
    "lines.txt": b"one\r\ntwo\nthree\n",
    "note.txt": b"a note & more",
    "photo.png": b"\x89PNG\r\n\x1a\n\0\xff picture",
}
"""The files that the commands name, beside them."""
VARIABLES = {"NAME": "Ada", "TEAM": "x1", "TOKEN": "abcdefgh12345678"}


@dataclass
class Case:
    """One command and what is expected of it; ``skip`` says why curl itself is not asked."""

    number: int
    command: str = ""
    warns: list[str] = field(default_factory=list)
    credential: str | None = None
    same: str | None = None
    shell: str | None = None
    skip: str | None = None

    def __str__(self) -> str:
        return f"{self.number}-{self.command[:50]}"


def _case(number: int, text: str) -> Case:
    case = Case(number)
    lines = []
    for line in text.strip("\n").split("\n"):
        word, _, rest = line.partition(" ")
        if word == "@warn":
            case.warns.append(rest)
        elif word in ("@credential", "@same", "@shell", "@skip"):
            setattr(case, word[1:], rest)
        else:
            lines.append(line)
    case.command = "\n".join(lines)
    return case


def read_cases() -> list[Case]:
    lines = FILE.read_text("utf-8").split("\n")
    text = "\n".join(line for line in lines if not line.startswith("# "))
    return [_case(number, part) for number, part in enumerate(text.split("----\n"), 1)]


CASES = read_cases()

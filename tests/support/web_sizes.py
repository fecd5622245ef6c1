"""How much the browser loads: the sizes of the built editor in kB (1000 bytes), compressed by gzip.

Read from the built files themselves: which script imports which, at once or when it is needed.
``make bench-web`` prints them; tests/browser/test_budgets.py holds them to their budgets.
"""

import gzip
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

DIST = Path(__file__).resolve().parents[2] / "src" / "tidegate" / "web_dist"
_AT_ONCE = re.compile(r'(?:from|import)\s*"\./([\w.-]+\.js)"')
_WHEN_NEEDED = re.compile(r"import\(\s*[`\"']\./([\w.-]+\.js)")
_ENTRY = re.compile(r'<script type="module"[^>]* src="\./assets/([\w.-]+\.js)"')


@dataclass(frozen=True)
class BuiltEditor:
    """The scripts in ``web_dist``."""

    dist: Path = DIST

    @cached_property
    def scripts(self) -> dict[str, str]:
        """The text of every script by its file name."""
        packed = (self.dist / "assets").glob("*.js.gz")
        found = {path.stem: gzip.decompress(path.read_bytes()).decode() for path in packed}
        plain = (self.dist / "assets").glob("*.js")
        return found | {path.name: path.read_text() for path in plain}

    @cached_property
    def entry(self) -> str:
        """The script that the page starts with."""
        found = _ENTRY.search((self.dist / "index.html").read_text())
        if found is None:
            raise LookupError(f"{self.dist / 'index.html'} names no script")
        return found[1]

    @cached_property
    def pages(self) -> list[str]:
        """The scripts of the pages: what the entry loads when somebody goes there."""
        return sorted(
            name
            for name in _WHEN_NEEDED.findall(self.scripts[self.entry])
            if re.match(r"\w*[Pp]ages?-", name)
        )

    def named(self, part: str) -> str:
        """The one script of a part, such as ``EditorPage``."""
        (found,) = (name for name in self.scripts if re.match(rf"{part}-[\w-]{{8}}\.js$", name))
        return found

    def needs(self, *names: str) -> set[str]:
        """Scripts with all that they import at once."""
        seen: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += _AT_ONCE.findall(self.scripts[name])
        return seen

    def kilobytes(self, names: set[str]) -> float:
        """What scripts weigh on the wire."""
        return sum(len(gzip.compress(self.scripts[name].encode(), 9)) for name in names) / 1000

    def shell(self) -> set[str]:
        """Until something is painted: the frame of every page."""
        return self.needs(self.entry)

    def editor(self) -> set[str]:
        """Until somebody can edit, with what stands below the canvas."""
        return self.needs(self.entry, self.named("EditorPage"), self.named("Dock"))

    def code_editor(self) -> set[str]:
        """What a field for Python and one for JSON add to the panel of a node."""
        field = map(self.named, ("CodeEditor", "CodeField", "JsonField", "python"))
        return self.needs(*field) - self.needs(self.named("NodePanel")) - self.editor()


def part_name(script: str) -> str:
    """The name of a script without the hash of what is in it."""
    return script[: -len("-12345678.js")]


def wheel_kilobytes(dist: Path = DIST) -> float:
    """What the editor takes in the wheel, unpacked."""
    return sum(path.stat().st_size for path in dist.rglob("*") if path.is_file()) / 1000

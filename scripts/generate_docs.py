#!/usr/bin/env python3
"""Bring every page of the documentation that is written from the code up to date.

``make docs`` writes the pages; ``scripts/generate_docs.py --check`` only names those that differ
(exit code 1). Pages with commands are run, which takes some seconds.
"""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

from documentation.api_types import api_types
from documentation.console_blocks import has_commands, refreshed
from documentation.errors_page import errors_page
from documentation.metrics_page import metrics_page
from documentation.nodes_pages import nodes_pages
from documentation.settings_page import settings_page

from tidegate.cli.reference import cli_reference
from tidegate.expressions.reference import page_with_reference

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
DECISIONS = ROOT / "docs" / "decisions"
DECISIONS_HEAD = """\
# Decisions

Why things are as they are: the context, what was decided, what follows, and what else there was.
Written from the titles of the records by `make docs`.
"""


def reference_pages() -> Iterator[tuple[Path, str]]:
    """Every generated page of the reference, and what it should be."""
    yield REFERENCE / "cli.md", cli_reference()
    yield REFERENCE / "settings.md", settings_page()
    yield REFERENCE / "errors.md", errors_page()
    yield REFERENCE / "metrics.md", metrics_page()
    expressions = REFERENCE / "expressions.md"
    yield expressions, page_with_reference(expressions.read_text())
    for name, text in nodes_pages().items():
        yield REFERENCE / "nodes" / name, text
    yield DECISIONS / "index.md", decisions_index()
    yield ROOT / "web" / "src" / "api" / "schema.d.ts", api_types()


def decisions_index() -> str:
    """The list of decision records, by their titles."""
    titles = {
        page: page.read_text().splitlines()[0].lstrip("# ") for page in DECISIONS.glob("*.md")
    }
    rows = [
        f"- [{title}]({page.name})"
        for page, title in sorted(titles.items(), key=lambda pair: pair[1].lower())
        if page.name != "index.md"
    ]
    return "\n".join([DECISIONS_HEAD, *rows, ""])


def pages_with_commands() -> list[Path]:
    """Every page whose commands are run."""
    pages = [*ROOT.glob("*.md"), *ROOT.joinpath("docs").rglob("*.md")]
    return sorted(page for page in pages if has_commands(page.read_text()))


def stale_nodes_pages() -> list[Path]:
    """Pages of groups of node types that are gone."""
    wanted = set(nodes_pages())
    return [page for page in (REFERENCE / "nodes").glob("*.md") if page.name not in wanted]


def main(*, check: bool) -> int:
    """Write what differs; with ``check``, only say so."""
    different = [page for page, text in reference_pages() if _put(page, text, check=check)]
    for page in stale_nodes_pages():
        print(f"{page.relative_to(ROOT)} (gone)")  # noqa: T201 - says what it does
        different.append(page)
        if not check:
            page.unlink()
    for page in pages_with_commands():
        text = asyncio.run(refreshed(page.read_text()))
        if _put(page, text, check=check):
            different.append(page)
    return 1 if check and different else 0


def _put(page: Path, text: str, *, check: bool) -> bool:
    """Write a page if it differs; returns whether it did."""
    if page.is_file() and page.read_text() == text:
        return False
    print(page.relative_to(ROOT))  # noqa: T201 - says what it does
    if not check:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text)
    return True


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))

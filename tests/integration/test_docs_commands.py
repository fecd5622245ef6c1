"""What pages say that commands print is what they print."""

import asyncio
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import generate_docs  # noqa: E402 - a script, found by the line above
from documentation import console_blocks  # noqa: E402 - as above


@pytest.mark.parametrize(
    "page", generate_docs.pages_with_commands(), ids=lambda page: str(page.relative_to(ROOT))
)
def test_commands_print_what_the_page_shows(page):
    written = page.read_text()
    assert asyncio.run(console_blocks.refreshed(written)) == written, (
        "look what changed, and run 'make docs'"
    )


def test_the_readme_and_the_tutorial_are_run():
    pages = {str(page.relative_to(ROOT)) for page in generate_docs.pages_with_commands()}
    assert {"README.md", "docs/tutorial/first-workflow.md"} <= pages


@pytest.mark.parametrize(
    ("shown", "printed", "alike"),
    [
        ("execution 1 succeeded in 2.1 ms", "execution 1 succeeded in 1.93 s", True),
        ("a   b\n────", "a b\n──────", True),
        ("execution 1 succeeded in 2.1 ms", "execution 1 failed in 2.1 ms", False),
        ("first\n...\nlast", "first\nsecond\nthird\nlast", True),
        ("first\n...\nlast", "first\nsecond", False),
        ("items 3", "items 4", False),
    ],
)
def test_only_times_ids_and_widths_may_differ(shown, printed, alike):
    assert console_blocks.same(shown, printed) is alike

"""What the browser has to load, and what a long table holds: sizes, which no busy machine changes."""

from pathlib import Path

import pytest
from web_sizes import BuiltEditor, wheel_kilobytes


@pytest.fixture(scope="module")
def dist(site) -> Path:
    """The editor as the wheel holds it."""
    return site / "tidegate" / "web_dist"


def test_the_shell_and_the_editor_stay_within_their_kilobytes(dist):
    built = BuiltEditor(dist)
    assert "EditorPage" in "".join(built.pages)
    assert built.shell() < built.editor()
    assert built.kilobytes(built.shell()) <= 180
    assert built.kilobytes(built.editor()) <= 320


def test_the_code_editor_comes_later_and_stays_within_its_kilobytes(dist):
    built = BuiltEditor(dist)
    more = built.code_editor()
    assert built.named("CodeEditor") in more
    assert built.kilobytes(more) <= 135


def test_every_page_stays_within_its_kilobytes(dist):
    built = BuiltEditor(dist)
    shell = built.shell()
    sizes = {page: built.kilobytes(built.needs(page) - shell) for page in built.pages}
    assert len(sizes) >= 8
    assert {page: size for page, size in sizes.items() if size > 120} == {}


def test_the_wheel_holds_at_most_two_megabytes_of_it(dist):
    assert 500 < wheel_kilobytes(dist) <= 2000

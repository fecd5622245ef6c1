"""The colours of statuses: readable wherever they stand, and told apart by everybody."""

import re
from pathlib import Path

import pytest
from colours import SIGHTS, contrast, difference, nearest

TOKENS = Path(__file__).resolve().parents[2] / "web" / "src" / "theme" / "tokens.css"
# Pages, tables and cards, menus, the row under the pointer, what is marked.
GROUNDS = ("bg", "surface", "raised", "hover", "accent-soft")
TEXTS = ("text", "muted", "accent", "danger", "warning")
LEAST_CONTRAST = 4.5
LEAST_DIFFERENCE = 11


def tokens(theme: str) -> dict[str, str]:
    block = TOKENS.read_text().split(f'[data-theme="{theme}"]')[1].partition("}")[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_statuses_and_texts_are_readable_on_every_ground(theme: str) -> None:
    colors = tokens(theme)
    names = [*TEXTS, *(name for name in colors if name.startswith("status-"))]
    assert len(names) == len(TEXTS) + 6
    weak = {
        (name, ground): round(contrast(colors[name], colors[ground]), 2)
        for name in names
        for ground in GROUNDS
        if contrast(colors[name], colors[ground]) < LEAST_CONTRAST
    }
    assert not weak


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_statuses_differ_for_all_kinds_of_sight(theme: str, sight: str) -> None:
    statuses = {name: color for name, color in tokens(theme).items() if "status-" in name}
    least, pair = nearest(statuses, sight)
    assert least >= LEAST_DIFFERENCE, pair


def test_differences_are_those_that_were_published() -> None:
    # From the test data of Sharma, Wu and Dalal (2005).
    one, other = (50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485)
    assert difference(one, other) == pytest.approx(2.0425, abs=1e-4)
    one, other = (90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447)
    assert difference(one, other) == pytest.approx(1.4441, abs=1e-4)

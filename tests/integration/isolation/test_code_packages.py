"""Packages for code: built once from a pinned and hashed list, read-only, imported in the lock."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import _brotli  # a compiled module, to put into a wheel of our own
import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the locked processes need Linux")

SOURCE = """
import logging  # of the standard library, and not loaded ahead
from importlib.resources import files

def greeting(name):
    logging.getLogger("greet").debug("greeting")
    return files(__name__).joinpath("words.txt").read_text().strip() + " " + name
"""
WORKFLOW = """
tidegate: 1
name: Greets
nodes:
  start: {type: trigger.manual}
  greet:
    type: code.python
    params: {code: "import greet\\nresult = {'said': greet.greeting('Ada')}"}
edges: [start -> greet]
"""


def wheel(folder: Path, name: str, files: dict[str, bytes], tag: str = "py3-none-any") -> str:
    """Write a wheel; its line for a list of requirements."""
    info = f"{name}-1.0.dist-info"
    files = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: t\nTag: {tag}\n".encode(),
    }
    rows = []
    for path, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        rows.append(f"{path},sha256={digest},{len(data)}")
    rows.append(f"{info}/RECORD,,")
    files[f"{info}/RECORD"] = "\n".join(rows).encode()
    made = folder / f"{name}-1.0-{tag}.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(made.read_bytes()).hexdigest()}"


class Installation:
    """A data folder with a list of packages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wheels = folder / "wheels"
        self.wheels.mkdir()
        self.requirements = folder / "code.txt"

    def require(self, *lines: str) -> None:
        index = f"--no-index\n--find-links {self.wheels}\n"
        self.requirements.write_text(index + "\n".join(lines) + "\n")

    def command(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "TIDEGATE_DATA_DIR": str(self.folder / "data"),
            "TIDEGATE_ISOLATION_CODE_REQUIREMENTS": str(self.requirements),
            "UV_CACHE_DIR": str(self.folder / "cache"),
            "A_SECRET": "of the operator",
        }
        return subprocess.run(
            [sys.executable, "-m", "tidegate.cli.main", *arguments],
            input=text,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            cwd=self.folder,
            env=environment,
        )

    def run(self, *codes: str) -> list[dict[str, object]]:
        """What came of each of them."""
        asked = [json.dumps({"code": code, "engine": "cpython"}) for code in codes]
        ran = self.command("code", "run", "--json", text="\n".join(asked))
        assert ran.returncode == 0, ran.stderr
        return [json.loads(line) for line in ran.stdout.splitlines()]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """An installation whose packages are built: one of Python, and a compiled one."""
    installation = Installation(tmp_path_factory.mktemp("packages"))
    greet = {"greet/__init__.py": SOURCE.encode(), "greet/words.txt": b"good morning"}
    compiled = Path(_brotli.__file__)
    platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    version = f"cp{sys.version_info.major}{sys.version_info.minor}"
    installation.require(
        wheel(installation.wheels, "greet", greet),
        wheel(
            installation.wheels,
            "compiled",
            {compiled.name: compiled.read_bytes()},
            f"{version}-{version}-{platform}",
        ),
    )
    (before,) = installation.run("result = 1")
    assert (before["outcome"], "are not built here" in before["message"]) == ("rejected", True)
    refused = installation.command("code", "packages")
    assert (refused.returncode, "code packages --build" in refused.stderr) == (1, True)
    made = installation.command("code", "packages", "--build", "--json")
    assert made.returncode == 0, made.stdout + made.stderr
    assert json.loads(made.stdout) == {
        "requirements": str(installation.requirements),
        "packages": {"compiled": "1.0", "greet": "1.0"},
        "built": True,
        "problem": None,
    }
    return installation


def test_it_is_built_once(built):
    again = json.loads(built.command("code", "packages", "--build", "--json").stdout)
    assert again["built"] is False
    assert "greet     1.0" in built.command("code", "packages").stdout


def test_code_imports_them(built):
    greeting, compiled = built.run(
        "import greet\nresult = greet.greeting('Ada')",
        "import _brotli\nmade = _brotli.Compressor()\npacked = made.process(b'a' * 1000)\n"
        "result = len(_brotli.decompress(packed + made.finish()))",
    )
    assert greeting["value"] == "good morning Ada", greeting
    assert compiled["value"] == 1000, compiled


def test_a_workflow_that_imports_them_gets_cpython_and_runs(built):
    file = built.folder / "greets.yaml"
    file.write_text(WORKFLOW)
    ran = built.command("run", str(file), "--json")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert json.loads(ran.stdout)["output"]["greet"]["main"] == [{"said": "good morning Ada"}]


ATTEMPTS = (
    "open('/etc/passwd').read()",
    "open({canary!r}).read()",
    "open('/proc/1/environ', 'rb').read()",
    "__import__('os').listdir({folder!r})",
    "open(greet.__file__, 'w')",
    "__import__('os').unlink(greet.__file__)",
    "__import__('socket').create_connection(('127.0.0.1', 80))",
    "__import__('os').system('true') == 0 or 1 / 0",
    "__import__('os').environ['A_SECRET']",
    "__import__('pydantic')",
)


def test_nothing_else_is_within_reach(built):
    canary = built.folder / "canary.txt"
    canary.write_text("canary")
    made = [each.format(canary=str(canary), folder=str(built.folder)) for each in ATTEMPTS]
    ended = built.run(*(f"import greet\nresult = repr({each})" for each in made))
    assert [found["outcome"] for found in ended] == ["error"] * len(ATTEMPTS), ended
    (after,) = built.run("import greet\nresult = 1")
    assert after["value"] == 1


def test_the_folder_can_only_be_read(built):
    (place,) = [
        p.parent for p in (built.folder / "data" / "code_packages").glob("*/.tidegate-ready")
    ]
    paths = [place, *place.rglob("*")]
    assert len(paths) > 5
    assert not [path for path in paths if path.stat().st_mode & 0o222]


def test_another_list_is_not_built_yet(built, tmp_path):
    installation = Installation(tmp_path)
    installation.require("greet==1.0 --hash=sha256:" + "0" * 64)
    wheel(installation.wheels, "greet", {"greet.py": b""})
    file = tmp_path / "greets.yaml"
    file.write_text(WORKFLOW)
    refused = installation.command("run", str(file))
    assert refused.returncode != 0
    assert "are not built here" in refused.stdout + refused.stderr
    wrong = installation.command("code", "packages", "--build")
    assert (wrong.returncode, "hash" in wrong.stderr.lower()) == (1, True), wrong.stderr
    installation.require("greet==1.0")
    unhashed = installation.command("code", "packages", "--build")
    assert (unhashed.returncode, "hash" in unhashed.stderr.lower()) == (1, True), unhashed.stderr
    assert not list((tmp_path / "data" / "code_packages").glob("*"))

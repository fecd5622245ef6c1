"""What tests of the browser editor see of a page: its complaints, its accessibility, its picture."""

import re
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Page, Request, Response

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
SCREENSHOTS = ROOT / "reports" / "screenshots"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_AXE_CALL = """async (rules) => {
  const found = await axe.run(document, { runOnly: rules });
  return found.violations.map((each) => ({
    id: each.id, help: each.help,
    nodes: each.nodes.map((node) => node.html.slice(0, 300) + ' <- ' + node.failureSummary),
  }));
}"""


class Complaints:
    """Everything that a page should not have said; a test fails at its end if something is left.

    Browsers also print refused requests (`401`, `412`); a test that provokes one allows it.
    """

    def __init__(self) -> None:
        self._found: list[str] = []
        self._allowed: list[re.Pattern[str]] = []

    def watch(self, page: Page) -> None:
        """Listen to a page."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._found.append(f"page error: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def allow(self, pattern: str) -> None:
        """A complaint that belongs to the test."""
        self._allowed.append(re.compile(pattern))

    def left(self) -> list[str]:
        """What was said and not allowed."""
        return [
            text for text in self._found if not any(each.search(text) for each in self._allowed)
        ]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            place = message.location.get("url", "")
            self._found.append(f"console {message.type}: {message.text} ({place})")

    def _failed(self, request: Request) -> None:
        # A page that is left behind takes its requests with it.
        if request.failure != "net::ERR_ABORTED":
            self._found.append(f"request failed: {request.url}: {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self._found.append(f"status {response.status}: {response.url}")


def violations(page: Page) -> list[dict]:
    """What axe-core finds on the page as it is now."""
    # Through the protocol of the browser: the page's own policy would forbid it, as it should.
    page.evaluate(AXE.read_text())
    found: list[dict] = page.evaluate(_AXE_CALL, RULES)
    return found


def screenshot(page: Page, name: str) -> Path:
    """Keep a picture of the page in ``reports/screenshots``."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{re.sub(r'[^A-Za-z0-9._-]+', '-', name)}.png"
    page.screenshot(path=path)
    return path

"""The browser editor in Chromium against a server of this tree: what is loaded, what a frame costs.

CPU is the time of the page's main thread without what it waited for, over the frames that were
shown meanwhile. Without a graphics card the browser also paints on the CPU, in other threads. The
stream of 200 updates a second is made here, in frames of ten, as the server batches them; all else
is the real server.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "support"), str(ROOT / "scripts")]

import web  # noqa: E402 - found by the line above
from api_people import People, run  # noqa: E402
from browser_editor import Editor, make_workflow  # noqa: E402
from browser_page import CHROMIUM_ARGUMENTS  # noqa: E402
from installed_server import InstalledServer, chromium  # noqa: E402
from web_sizes import BuiltEditor, part_name, wheel_kilobytes  # noqa: E402

NODES = 500
ROWS = 100_000
CLICKS = 7
SECONDS = 4
UPDATES_PER_SECOND = 200
_COUNT = """() => {
  window.frames_ = []; window.counting_ = true;
  const tick = (at) => { frames_.push(at); if (counting_) requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
}"""
_COUNTED = """() => {
  counting_ = false;
  const gaps = frames_.slice(1).map((at, n) => at - frames_[n]);
  return [gaps.length, gaps.filter((gap) => gap > 25).length];
}"""
_SHOWN = """() => new Promise((shown) => {
  let clicked = 0;
  document.addEventListener('click', () => { clicked = performance.now(); },
    { capture: true, once: true });
  const look = () => {
    const busy = document.querySelector('.tg-card:not([data-status=idle])');
    if (clicked && busy) shown(performance.now() - clicked); else requestAnimationFrame(look);
  };
  look();
})"""


class Thread:
    """The main thread of a page, as the browser's own tools see it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.tools: CDPSession = page.context.new_cdp_session(page)
        self.tools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def measured(self, work) -> tuple[float, int, int]:
        """Milliseconds of CPU a frame, the frames, and those that came late."""
        self.page.evaluate(_COUNT)
        before = self._metric("TaskDuration")
        work()
        spent = self._metric("TaskDuration") - before
        frames, late = self.page.evaluate(_COUNTED)
        return spent * 1000 / max(1, frames), frames, late

    def heap(self) -> float:
        """MB of JavaScript objects that are in use."""
        self.tools.send("HeapProfiler.collectGarbage")
        return self._metric("JSHeapUsedSize") / 1_000_000

    def _metric(self, name: str) -> float:
        found = self.tools.send("Performance.getMetrics")["metrics"]
        return next(each["value"] for each in found if each["name"] == name)


def tell(what: str, measured: tuple[float, int, int]) -> None:
    cpu, frames, late = measured
    print(f"{NODES} nodes, {what}: {cpu:.1f} ms CPU a frame; {late} of {frames} frames late")


def sizes() -> None:
    built = BuiltEditor()
    shell = built.shell()
    print(f"scripts until the shell is painted: {built.kilobytes(shell):.0f} kB gzip")
    print(f"scripts until the editor is there: {built.kilobytes(built.editor()):.0f} kB gzip")
    print(f"CodeMirror, Python and JSON: {built.kilobytes(built.code_editor()):.0f} kB gzip more")
    pages = {part_name(page): built.kilobytes(built.needs(page) - shell) for page in built.pages}
    largest = max(pages, key=pages.__getitem__)
    print(f"largest page: {largest}, {pages[largest]:.0f} kB gzip more than the shell")
    print(f"the editor in the wheel: {wheel_kilobytes() / 1000:.2f} MB")


def come_near(page: Page) -> None:
    """From far to one node, and wait: frames of the way there are none of what is measured."""
    page.get_by_label("Search in this workflow").fill("Node 250")
    page.locator("[role=option][data-node=n250]").click()
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.wait_for_function("() => !document.querySelector('.tg-far')")
    page.wait_for_timeout(1000)


def pan(page: Page) -> None:
    box = page.locator(".react-flow__pane").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for step in range(120):
        page.mouse.wheel(24 if step % 60 < 30 else -24, 12 if step % 60 < 30 else -12)


def drag(editor: Editor, node: str) -> None:
    box = editor.node(node).bounding_box()
    x, y = box["x"] + 60, box["y"] + 30
    editor.page.mouse.move(x, y)
    editor.page.mouse.down()
    for step in range(120):
        editor.page.mouse.move(x + (step % 40) * 4, y + (step % 30) * 3)
    editor.page.mouse.up()


def moving(page: Page, owner) -> None:
    editor = Editor.opened(page, make_workflow(owner, nodes=NODES))
    page.locator(".tg-far").wait_for()
    thread = Thread(page)
    tell("pan, from far", thread.measured(lambda: pan(page)))
    come_near(page)
    tell("pan, near", thread.measured(lambda: pan(page)))
    page.locator("[role=option][data-node=n250]").click()
    page.keyboard.press("Escape")
    tell("drag, near", thread.measured(lambda: drag(editor, "n250")))


def live(page: Page, owner) -> None:
    """Follow an execution whose stream is made here."""
    workflow = make_workflow(owner, nodes=NODES)
    body = {"mode": "async", "version": "draft"}
    execution = owner.post(f"/api/v1/workflows/{workflow}/executions", json=body).json()["id"]
    opened: list = []

    def answer(socket) -> None:
        def take(message) -> None:
            asked = json.loads(message)
            if asked["op"] != "sub":
                return
            state = {"exec": {"id": execution, "number": 1, "status": "running"}}
            is_ours = asked["topic"] == f"exec:{execution}"
            snapshot = {"id": asked["id"], "t": "snap", "epoch": "bench", "seq": 0}
            socket.send(json.dumps({**snapshot, "state": state if is_ours else {}}))
            if is_ours:
                opened.append((socket, asked["id"]))

        socket.on_message(take)

    page.route_web_socket("**/api/v1/stream", answer)
    page.goto(f"/w/{workflow}?exec={execution}")
    page.get_by_role("button", name="Cancel").wait_for()
    seq = 0

    def traffic() -> None:
        nonlocal seq
        socket, topic = opened[-1]
        started = time.perf_counter()
        for batch in range(SECONDS * UPDATES_PER_SECOND // 10):
            states = {}
            for _ in range(10):
                seq += 1
                node = f"n{seq * 7 % NODES + 1}"
                states[node] = {"status": "running", "items_in": 40, "items_done": seq % 40}
            frame = {"id": topic, "t": "d", "from": seq - 9, "seq": seq, "st": states}
            socket.send(json.dumps(frame))
            wait = started + (batch + 1) * 0.05 - time.perf_counter()
            page.wait_for_timeout(max(0, wait * 1000))

    thread = Thread(page)
    page.locator(".tg-far").wait_for()
    tell(f"{UPDATES_PER_SECOND} updates a second, from far", thread.measured(traffic))
    come_near(page)
    tell(f"{UPDATES_PER_SECOND} updates a second, near", thread.measured(traffic))
    page.unroute_all()


def click_to_running(page: Page, owner) -> None:
    found = []
    for _ in range(CLICKS):
        Editor.opened(page, make_workflow(owner, nodes=5))
        page.wait_for_load_state("networkidle")
        page.evaluate(f"() => {{ window.shown_ = ({_SHOWN})(); }}")
        page.get_by_role("button", name="Run", exact=True).click()
        found.append(page.evaluate("() => window.shown_"))
    print(f"click on Run until the first node shows it: {sorted(found)[CLICKS // 2]:.0f} ms")


def rows(page: Page, owner) -> None:
    content = {
        "tidegate": 1,
        "name": "Many rows",
        "nodes": {
            "start": {"type": "trigger.manual"},
            "rows": {
                "type": "data.generate",
                "params": {"count": ROWS, "fields": {"n": "{{ index }}"}},
            },
        },
        "edges": ["start -> rows"],
    }
    page.goto(f"/executions/{run(owner, content)['id']}")
    page.get_by_role("button", name="rows").first.click()
    table = page.get_by_role("table", name="Items of rows")
    table.get_by_role("row").nth(5).wait_for()
    thread = Thread(page)

    def scroll() -> None:
        table.hover()
        for _ in range(120):
            page.mouse.wheel(0, 400)

    cpu, frames, late = thread.measured(scroll)
    elements = page.evaluate("() => document.querySelectorAll('*').length")
    print(f"{ROWS:,} rows: {elements} elements, {thread.heap():.1f} MB of heap")
    print(f"{ROWS:,} rows, scrolled: {cpu:.1f} ms CPU a frame; {late} of {frames} frames late")


def main() -> None:
    web.ensure_node()
    web.build()
    sizes()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = InstalledServer(ROOT / "src", Path(folder))
        try:
            owner = People(server).owner.client
            browser = playwright.chromium.launch(
                executable_path=chromium(), args=CHROMIUM_ARGUMENTS
            )
            for measure in (moving, live, click_to_running, rows):
                size = {"width": 1440, "height": 900}
                context = browser.new_context(base_url=server.url, viewport=size)
                cookies = [
                    {"name": each.name, "value": each.value, "url": server.url}
                    for each in owner.cookies.jar
                ]
                context.add_cookies(cookies)
                measure(context.new_page(), owner)
                context.close()
            browser.close()
        finally:
            server.kill()


if __name__ == "__main__":
    main()

"""The editor as tests use it: find nodes, drag ports, wait until it is saved."""

import json
import re
from dataclasses import dataclass
from typing import Any, Self

import httpx
from playwright.sync_api import Locator, Page, expect

_STATE = """() => {
  window.tidegateState = () => JSON.stringify([
    document.querySelector('main h1')?.textContent,
    [...document.querySelectorAll('.react-flow__node')].map((node) => [
      node.dataset.id, node.style.transform, node.textContent,
      node.querySelector('.tg-card')?.className.includes('border-dashed'),
    ]).sort(),
    [...document.querySelectorAll('.react-flow__edge')].map((edge) => edge.dataset.id).sort(),
  ]);
}"""
# Frames instead of a time: on a busy machine what was asked for comes later, and so do these.
_FRAMES = """() => new Promise((done) => {
  let left = 10;
  const next = () => { left -= 1; if (left) requestAnimationFrame(next); else done(); };
  next();
})"""
_PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  document.body.dispatchEvent(
    new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def make_workflow(owner: httpx.Client, *, nodes: int = 0, name: str | None = None) -> str:
    """A workflow of a trigger and nodes in a row, n1 to nN; its id."""
    made = owner.get("/api/v1/workflows", params={"limit": 200}).json()["workflows"]
    document: dict[str, Any] = {
        "tidegate": 1,
        "name": name or f"Workflow {len(made) + 1}",
        "nodes": {},
        "edges": [],
        "layout": {},
    }
    for number in range(1, nodes + 1):
        kind = "trigger.manual" if number == 1 else "flow.no_op"
        document["nodes"][f"n{number}"] = {"type": kind, "label": f"Node {number}"}
        rows = max(1, round((nodes * 1.5) ** 0.5)) if nodes > 10 else 1
        column, row = divmod(number - 1, rows)
        document["layout"][f"n{number}"] = [column * 288, row * 112]
        if number > rows:
            document["edges"].append(f"n{number - rows} -> n{number}")
    answer = owner.post("/api/v1/workflows", json={"document": document})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@dataclass
class Editor:
    """A page with a workflow in the editor."""

    page: Page
    workflow_id: str

    @classmethod
    def opened(cls, page: Page, workflow_id: str) -> Self:
        """Open a workflow and wait until it is there."""
        page.goto(f"/w/{workflow_id}")
        expect(page.get_by_role("toolbar", name="Workflow")).to_be_visible(timeout=60_000)
        expect(page.get_by_role("tab", name="Timeline")).to_be_visible(timeout=60_000)
        page.evaluate(_STATE)
        return cls(page, workflow_id)

    def node(self, node_id: str) -> Locator:
        """The card of a node."""
        return self.page.locator(f'.react-flow__node[data-id="{node_id}"]')

    def port(self, node_id: str, name: str, kind: str = "out") -> Locator:
        """A port of a node."""
        return self.node(node_id).locator(f'[data-handleid="{kind}:{name}"]')

    def expect_nodes(self, *ids: str) -> None:
        """These nodes are on the canvas."""
        for each in ids:
            expect(self.node(each)).to_be_visible()

    def expect_selected(self, node_id: str) -> None:
        """This node is selected, and has the keyboard."""
        expect(self.node(node_id)).to_have_class(re.compile(r"\bselected\b"))

    def select(self, node_id: str) -> None:
        """Select a node in the outline."""
        self.page.locator(f'[role=option][data-node="{node_id}"]').click()
        self.expect_selected(node_id)

    def pane_click(self) -> None:
        """Click beside everything, so that nothing is selected."""
        box = self._box(self.page.locator(".react-flow__pane"))
        self.page.mouse.click(box["x"] + 20, box["y"] + box["height"] - 30)

    def add(self, word: str) -> None:
        """Add the first node type that fits."""
        self.page.keyboard.press("n")
        self.page.get_by_role("combobox", name="Search node types").fill(word)
        # Right after opening, the node types may still be on their way.
        found = self.page.get_by_role("listbox", name="Node types").get_by_role("option")
        expect(found.first).to_be_visible()
        self.page.keyboard.press("Enter")

    def choose(self, label: str, option: str | re.Pattern[str]) -> None:
        """Choose in a list of the dialog that is open."""
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("button", name=re.compile(rf"{label}$")).press("Enter")
        self.page.get_by_role("listbox").get_by_role("option", name=option).last.press("Enter")

    def drag(self, node_id: str, *, dx: int, dy: int) -> None:
        """Drag a card by some pixels of the screen."""
        box = self._box(self.node(node_id))
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self._drag(x, y, x + dx, y + dy)

    def connect(self, source: str, output: str, target: str, input_: str = "main") -> None:
        """Drag a line from an output to an input."""
        start, end = (
            self._middle(self.port(source, output)),
            self._middle(self.port(target, input_, "in")),
        )
        self._drag(*start, *end)

    def drag_port_to_empty(self, source: str, output: str, *, dx: int, dy: int) -> None:
        """Drag a line from an output to where nothing is."""
        x, y = self._middle(self.port(source, output))
        self._drag(x, y, x + dx, y + dy)

    def paste(self, text: str) -> None:
        """Paste a text onto the canvas."""
        self.page.evaluate(_PASTE, text)

    def rename_node(self, node_id: str, name: str) -> None:
        """Give a node another name; its id stays."""
        self.select(node_id)
        self.page.keyboard.press("F2")
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_label("Id").fill(node_id)
        dialog.get_by_role("button", name="Rename").click()
        expect(dialog).to_have_count(0)

    def rename_workflow(self, name: str) -> None:
        """Give the workflow another name."""
        self.page.get_by_role("heading", level=1).get_by_role("button").click()
        field = self.page.get_by_label("Name of the workflow")
        field.fill(name)
        field.press("Enter")

    def saved(self) -> None:
        """Wait until the server has everything."""
        status = self.page.get_by_role("toolbar", name="Workflow").get_by_role("status")
        expect(status).to_contain_text("Saved just now")

    def place(self, node_id: str) -> tuple[int, int]:
        """Where a card is drawn."""
        transform = self.node(node_id).evaluate("(node) => node.style.transform")
        x, y = re.findall(r"(-?[\d.]+)px", transform)[:2]
        return round(float(x)), round(float(y))

    def state(self) -> str:
        """What is drawn, as text that can be compared."""
        return str(self.page.evaluate("() => window.tidegateState()"))

    def document(self, owner: httpx.Client) -> dict[str, Any]:
        """The draft as the server has it."""
        answer = owner.get(f"/api/v1/workflows/{self.workflow_id}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = json.loads(answer.text)["document"]
        return found

    def _drag(self, x: float, y: float, to_x: float, to_y: float) -> None:
        mouse = self.page.mouse
        mouse.move(x, y)
        mouse.down()
        # A card is taken where the first movement ends; a hand makes that a small one, too.
        mouse.move(x + 2, y + 2)
        mouse.move((x + to_x) / 2, (y + to_y) / 2, steps=4)
        mouse.move(to_x, to_y, steps=4)
        mouse.up()

    def _middle(self, locator: Locator) -> tuple[float, float]:
        box = self._box(locator)
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def box(self, node_id: str) -> dict[str, float]:
        """Where a card is on the screen, once it stands still."""
        return self._box(self.node(node_id))

    def _box(self, place: Locator) -> dict[str, float]:
        """Where something is, once it stands still: the view moves to what was selected."""
        before = None
        for _ in range(100):
            box = place.bounding_box()
            if box is not None and box == before:
                return dict(box)
            before = box
            self.page.evaluate(_FRAMES)
        raise AssertionError(f"{place} does not stand still")

"""Executions per second in one process, fully journaled on SQLite.

Three nodes (manual, set, set), a chain of 20 set nodes, and 5,000 items x 4 expressions. Each is
the best of several rounds: other work of the machine only ever makes a round slower.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tidegate.cli.output import uncollected

with uncollected():  # as the commands do
    from tidegate.app import App
    from tidegate.config import Settings
    from tidegate.engine.observers import SilentObserver
    from tidegate.model.document import load_document
    from tidegate.notify.log import LogNotifier
    from tidegate.services.executions import Start
    from tidegate.services.workflows import store_workflow
    from tidegate.worker.worker import Worker

ROUNDS = 5


def chain(length: int) -> str:
    nodes = ["  start: {type: trigger.manual}"]
    edges = []
    before = "start"
    for number in range(length):
        fields = '{n: "{{ json.n + 1 if number else 0 }}"}'.replace(
            "json.n + 1 if number else 0", "json.n + 1" if number else "0"
        )
        nodes.append(f"  s{number}: {{type: data.set, params: {{fields: {fields}, keep: all}}}}")
        edges.append(f"  - {before} -> s{number}")
        before = f"s{number}"
    return "\n".join(["tidegate: 1", "name: chain", "nodes:", *nodes, "edges:", *edges, ""])


ITEMS = """
tidegate: 1
name: items
nodes:
  start: {type: trigger.manual}
  make: {type: data.generate, params: {count: 5000, fields: {id: "{{ index }}", name: "n", v: 3}}}
  set:
    type: data.set
    params:
      fields:
        a: "{{ json.id + 1 }}"
        b: "{{ json.name.upper() }}"
        c: "{{ json.v * 2 }}"
        d: "{{ f'{json.name}-{json.id}' }}"
edges: [start -> make, make -> set]
"""


async def throughput(app: App, document: str, *, executions: int, concurrency: int) -> float:
    version = await store_workflow(app, load_document(document, "bench.yaml").workflow)
    async with Worker(app, LogNotifier()) as worker:
        left = executions

        async def client() -> None:
            nonlocal left
            while left > 0:
                left -= 1
                end = await worker.run_new(version, Start("start", "bench"), SilentObserver())
                assert end.status.value == "succeeded", end

        await asyncio.gather(*(client() for _ in range(concurrency)))
        best = 0.0
        for _ in range(ROUNDS):
            left = executions
            started = time.perf_counter()
            await asyncio.gather(*(client() for _ in range(concurrency)))
            best = max(best, executions / (time.perf_counter() - started))
        return best


async def measure(executions: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        app = App.open(Settings(data_dir=Path(folder)))
        try:
            three = await throughput(app, chain(2), executions=executions, concurrency=64)
            twenty = await throughput(app, chain(19), executions=executions // 4, concurrency=64)
            items = await throughput(app, ITEMS, executions=8, concurrency=1)
        finally:
            await app.close()
    return {
        "three-node executions/s": three,
        "node executions/s in a chain of 20": twenty * 20,
        "ms for 5,000 items x 4 expressions (whole execution)": 1000 / items,
    }


def main() -> None:
    import uvloop

    executions = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for name, value in runner.run(measure(executions)).items():
            print(f"{name}: {value:,.1f}")


if __name__ == "__main__":
    main()

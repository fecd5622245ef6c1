"""One million items through four data nodes: peak memory of the whole process."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORKFLOW = """
tidegate: 1
name: A million items
nodes:
  start: {type: trigger.manual}
  make:
    type: data.generate
    params: {count: 1000000, fields: {id: "{{ index }}", name: item, v: 3}}
    settings: {timeout: 3000}
  set:
    type: data.set
    params: {fields: {w: "{{ json.v * 2 }}"}}
    settings: {timeout: 3000}
  filter:
    type: data.filter
    params: {condition: "{{ json.id % 2 == 0 }}"}
    settings: {timeout: 3000}
  last:
    type: data.limit
    params: {max_items: 400000}
    settings: {timeout: 3000}
edges: [start -> make, make -> set, set -> filter, filter -> last]
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        workflow = Path(folder, "million.yaml")
        workflow.write_text(WORKFLOW)
        started = time.perf_counter()
        subprocess.run(
            [str(Path(sys.executable).with_name("tidegate")), "run", str(workflow)],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "TIDEGATE_DATA_DIR": folder},
        )
        seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"one million items through four data nodes: {peak:.0f} MB peak, {seconds:.1f} s")


if __name__ == "__main__":
    main()

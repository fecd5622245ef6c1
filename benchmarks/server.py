"""A server: from its start to the first answer, its memory at rest, and lists of a million
executions by each filter of the API.

The list is asked for by one client over one socket; times are of whole requests.
"""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from http.client import HTTPConnection
from pathlib import Path

import psutil

from tidegate.ids import new_id
from tidegate.model.execution import Execution, now_us
from tidegate.model.status import ExecutionStatus
from tidegate.store import journal_rows, workflows
from tidegate.store.database import Database

TIDEGATE = str(Path(sys.executable).with_name("tidegate"))
COUNT = int(os.environ.get("BENCH_EXECUTIONS", "1000000"))
ROUNDS = 40
STARTS = 5
HOUR = 3_600_000_000
DAY = 24 * HOUR
PASSWORD = "correct horse battery staple"


def start(folder: str) -> tuple[subprocess.Popen, dict]:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"TIDEGATE_DATA_DIR": folder, "PYTHONPYCACHEPREFIX": f"{folder}/bytecode"}
    server = subprocess.Popen(
        [TIDEGATE, "serve", "--port", "0", "--json"], stdout=subprocess.PIPE, env=environment
    )
    assert server.stdout is not None
    return server, json.loads(server.stdout.readline())


def stop(server: subprocess.Popen) -> None:
    server.send_signal(signal.SIGTERM)
    server.wait()


def measure_start(folder: str) -> None:
    times: list[float] = []
    used: list[float] = []
    for _ in range(STARTS):
        begun = time.perf_counter()
        server, ready = start(folder)
        urllib.request.urlopen(f"{ready['url']}/healthz").read()
        times.append(time.perf_counter() - begun)
        used.append(cpu(psutil.Process(server.pid)))
        if len(times) == STARTS:
            time.sleep(3)
            rss = psutil.Process(server.pid).memory_info().rss
        stop(server)
    print(f"start to first answer: {min(times) * 1000:.0f} ms, CPU {min(used) * 1000:.0f} ms")
    print(f"memory at rest: {rss / 1e6:.0f} MB RSS")


async def fill(folder: str) -> list[str]:
    """A million executions of ten workflows over thirty days; one in fifty failed."""
    database = Database.open(None, data_dir=Path(folder))
    ids = [
        await database.write(
            lambda c, n=n: workflows.store_version(
                c, name=f"workflow {n}", version_hash="0" * 64, document=b"{}"
            )
        )
        for n in range(10)
    ]
    now, chance = now_us(), random.Random(1)
    error = {"code": "HTTP_STATUS", "message": "status 502", "node": "fetch"}

    def row(index: int) -> tuple:
        failed = index % 50 == 0
        begun = now - 30 * DAY + index * 30 * DAY // COUNT
        status = ExecutionStatus.FAILED if failed else ExecutionStatus.SUCCEEDED
        execution = Execution(
            new_id(), 0, ids[index % 10], "0" * 64, status, f"hook{index % 3}", "webhook", begun,
            started_at=begun, finished_at=begun + chance.randrange(1000, 5_000_000),
            error=error if failed else None,
        )  # fmt: skip
        made = list(journal_rows.execution_row(execution, None))
        made[journal_rows.EXECUTIONS.columns.index("finished_at")] = execution.finished_at
        return tuple(made)

    for begin in range(0, COUNT, 20_000):
        rows = [row(index) for index in range(begin, min(COUNT, begin + 20_000))]

        def insert(connection, rows=rows) -> None:
            journal_rows.EXECUTIONS.run(connection.connection.driver_connection, rows)

        await database.write(insert)
    await database.close()
    return ids


def api_key(ready: dict) -> str:
    token = ready["setup_url"].partition("#")[2]
    body = {"token": token, "password": PASSWORD, "email": "bench@example.org"}
    headers = {"content-type": "application/json", "origin": ready["url"]}
    asked = urllib.request.Request(
        f"{ready['url']}/api/v1/links/accept", json.dumps(body).encode(), headers
    )
    cookie = urllib.request.urlopen(asked).headers["set-cookie"].partition(";")[0]
    asked = urllib.request.Request(
        f"{ready['url']}/api/v1/api_keys", b'{"name": "bench"}', {**headers, "cookie": cookie}
    )
    return json.loads(urllib.request.urlopen(asked).read())["key"]


def cpu(process: psutil.Process) -> float:
    used = process.cpu_times()
    return used.user + used.system


def measure_lists(process: psutil.Process, ready: dict, ids: list[str]) -> None:
    now = now_us()
    filters = {
        "none": "",
        "status": "status=failed",
        "a status that none has": "status=waiting",
        "workflow": f"workflow_id={ids[3]}",
        "workflow and status": f"workflow_id={ids[3]}&status=failed",
        "workflow and trigger": f"workflow_id={ids[3]}&trigger=hook1",
        "trigger": "trigger=hook2",
        "source": "source=webhook",
        "a source that none has": "source=cli",
        "time": f"created_from={now - 9 * DAY}&created_before={now - 8 * DAY}",
        "min_ms": "min_ms=4000",
        "a duration that none has": "min_ms=3600000",
        "max_ms": "max_ms=100",
        "error": "error=502",
        "an error that none has": "error=nonsense",
        "failed_node": "failed_node=fetch",
        "q": "q=workflow+7",
        "q that is nowhere": "q=nonsense",
        "the oldest": "sort=created_at",
        "the oldest of a status that none has": "sort=created_at&status=waiting",
        "the longest": "sort=-duration_ms",
        "the shortest": "sort=duration_ms",
        "the longest, by workflow": f"sort=-duration_ms&workflow_id={ids[3]}",
        "the longest, by status": "sort=-duration_ms&status=failed",
        "the longest, by workflow and status": (
            f"sort=-duration_ms&workflow_id={ids[3]}&status=failed"
        ),
        "the longest of a day": (
            f"sort=-duration_ms&created_from={now - 9 * DAY}&created_before={now - 8 * DAY}"
        ),
        "the longest, by error": "sort=-duration_ms&error=nonsense",
    }
    headers = {"authorization": f"Bearer {api_key(ready)}"}
    link = HTTPConnection(ready["url"].partition("//")[2])
    for name, query in filters.items():
        times, before = [], cpu(process)
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            link.request("GET", f"/api/v1/executions?limit=50&{query}", headers=headers)
            answer = link.getresponse()
            answer.read()
            assert answer.status == 200
            times.append(time.perf_counter() - begun)
        times.sort()
        middle, late = times[ROUNDS // 2] * 1000, times[ROUNDS * 95 // 100] * 1000
        used = (cpu(process) - before) * 1000 / ROUNDS
        print(f"list by {name}: p50 {middle:.1f} ms, p95 {late:.1f} ms, CPU {used:.1f} ms")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        stop(start(folder)[0])
        measure_start(folder)
        ids = asyncio.run(fill(folder))
        server, ready = start(folder)
        try:
            print(f"{COUNT} executions in the database")
            measure_lists(psutil.Process(server.pid), ready, ids)
        finally:
            stop(server)


if __name__ == "__main__":
    main()

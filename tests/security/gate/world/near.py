"""The near side: Tidegate's own gate in a network namespace, with canaries on private addresses."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

from control import ip, obey

from tidegate.egress.client import Gate
from tidegate.egress.policy import EgressPolicy
from tidegate.egress.usage import EgressUsage
from tidegate.errors import TidegateError
from tidegate.sdk.budget import Budget
from tidegate.sdk.http import HttpRequest

PRIVATE_ALIAS = "10.99.0.1"
CANARY_PORTS = (80, 443, 8080, 8765)
OWN_PUBLIC = "93.184.215.99"


class Recorder:
    def __init__(self) -> None:
        self.records: list[dict] = []
        self.events: list[dict] = []

    def http_started(self, id: str, method: str, url: str) -> None:
        pass

    def http_request(self, record) -> None:
        self.records.append(
            {
                "method": record.method,
                "url": record.url,
                "hop": record.hop,
                "status": record.status,
                "category": record.category,
                "rule": record.rule,
                "remote": record.remote_address,
                "error": record.error,
                "request_headers": record.request_headers,
                "response_headers": record.response_headers,
            }
        )

    def security_event(self, type, severity, description, details) -> None:
        self.events.append(
            {"type": type, "severity": severity, "description": description, "details": details}
        )


class Near:
    """Runs requests through gates that stay open between commands, as a worker's do."""

    def __init__(self) -> None:
        self.gates: dict[str, Gate] = {}
        self.touched: list[str] = []

    async def reset(self) -> None:
        for gate in self.gates.values():
            await gate.close()
        self.gates.clear()

    async def canaries(self) -> list[str]:
        return self.touched

    async def watch(self) -> None:
        for address in ("127.0.0.1", "::1", PRIVATE_ALIAS, OWN_PUBLIC):
            for port in CANARY_PORTS:
                await asyncio.start_server(self.touch(f"{address}:{port}"), address, port)

    def touch(self, place: str):
        async def touched(reader, writer) -> None:
            self.touched.append(place)
            writer.close()

        return touched

    async def requests(
        self, requests, policy=None, workflow="w1", memory=None, usage=None, concurrent=False
    ) -> dict:
        """Send requests one after the other or at once; the outcomes and what was recorded."""
        key = repr(policy)
        if key not in self.gates:
            self.gates[key] = Gate(EgressPolicy.from_rules(**(policy or {})))
        gate = self.gates[key]
        recorder = Recorder()
        bound = gate.bound(
            recorder=recorder,
            workflow=workflow,
            budget=None if memory is None else Budget(memory=memory),
            usage=EgressUsage(**(usage or {})),
        )
        before = forget_peak()
        if concurrent:
            outcomes = await asyncio.gather(*(self.one(bound, asked) for asked in requests))
        else:
            outcomes = [await self.one(bound, asked) for asked in requests]
        return {
            "outcomes": outcomes,
            "records": recorder.records,
            "events": recorder.events,
            "rss_growth": peak() - before,
        }

    async def one(self, bound, asked) -> dict:
        asked = dict(asked)
        asked["headers"] = [tuple(pair) for pair in asked.get("headers", ())]
        asked["sensitive_headers"] = frozenset(asked.get("sensitive_headers", ()))
        if asked.get("body") is not None:
            asked["body"] = asked["body"].encode("latin-1")
        started = time.monotonic()
        try:
            response = await bound.request(HttpRequest(**asked))
        except TidegateError as error:
            outcome = {"ok": False, **error.as_json()}
        else:
            outcome = {
                "ok": True,
                "status": response.status,
                "body": response.body[:100_000].decode("latin-1"),
                "size": len(response.body),
                "headers": response.headers,
                "final_url": response.final_url,
                "redirects": response.redirects,
                "remote": response.remote_address,
                "tls": response.timings.tls,
                "dns": response.timings.dns,
            }
        return outcome | {"seconds": time.monotonic() - started}

    async def meanwhile(self, slow, fast) -> dict:
        """One request of a workflow while another workflow waits for many slow ones."""
        gate = Gate(EgressPolicy())
        self.gates["meanwhile"] = gate
        other = gate.bound(workflow="slow", usage=EgressUsage(max_concurrent=1000))
        waiting = [asyncio.ensure_future(self.one(other, asked)) for asked in slow]
        await asyncio.sleep(0.5)
        outcome = await self.one(gate.bound(workflow="fast"), fast)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return {"fast": outcome}

    async def sleep(self, seconds) -> None:
        await asyncio.sleep(seconds)

    async def python(self) -> str:
        return sys.executable

    async def shell(self, arguments, env=None) -> dict:
        """Run the real command line in this namespace."""
        process = await asyncio.create_subprocess_exec(
            *arguments,
            env=os.environ | (env or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        out, err = await process.communicate()
        return {"code": process.returncode, "out": out.decode(), "err": err.decode()}


def memory(field: str) -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split(field + ":")[1].split()[0]) * 1024


def peak() -> int:
    return memory("VmHWM")


def forget_peak() -> int:
    Path("/proc/self/clear_refs").write_text("5")
    return memory("VmRSS")


def set_the_namespace_up(directory: Path) -> None:
    ip("link", "set", "lo", "up")
    ip("addr", "add", f"{PRIVATE_ALIAS}/32", "dev", "lo")
    ip("addr", "add", f"{OWN_PUBLIC}/32", "dev", "lo")
    while "near:" not in Path("/proc/self/net/dev").read_text():
        time.sleep(0.02)
    ip("link", "set", "near", "up")
    ip("addr", "add", "93.184.215.1/24", "dev", "near")
    ip("addr", "add", "2606:2800:21f:cb07::1/64", "dev", "near", "nodad")
    ip("route", "add", "default", "via", "93.184.215.14")
    ip("-6", "route", "add", "default", "via", "2606:2800:21f:cb07::14")
    resolver = directory / "resolv.conf"
    resolver.write_text("nameserver 93.184.215.53\noptions timeout:30 attempts:1\n")
    subprocess.run(["mount", "--bind", str(resolver), "/etc/resolv.conf"], check=True)


async def main() -> None:
    near = Near()
    await near.watch()
    names = ("reset", "requests", "meanwhile", "canaries", "sleep", "python", "shell")
    commands = {name: getattr(near, name) for name in names}
    await obey(int(sys.argv[1]), commands)


set_the_namespace_up(Path(sys.argv[2]))
if os.environ.get("GATE_TEST_LOOP") != "asyncio":
    import uvloop

    uvloop.run(main())
else:
    asyncio.run(main())

"""Ports for the engine in memory that can do one thing: run code, in the real engines."""

from contextlib import asynccontextmanager
from types import SimpleNamespace

from tidegate.isolation.engines import CodeEngines
from tidegate.isolation.pool import ProcessPool
from tidegate.sdk.reply import NobodyWaits
from tidegate.worker.code import NodeCode


@asynccontextmanager
async def code_engines():
    """Engines whose processes end with the block; what is not used is not started."""
    async with ProcessPool() as processes:
        engines = CodeEngines(lambda: processes)
        try:
            yield engines
        finally:
            await engines.close()


@asynccontextmanager
async def code_ports(output=10 << 20):
    """``make_ports`` for ``run_node``."""
    async with code_engines() as engines:

        def make_ports(*, budget, log, **_rest):
            code = NodeCode(engines, budget, log, output)
            return SimpleNamespace(code=code, reply=NobodyWaits(), requests=0, bytes_transferred=0)

        yield make_ports

"""Pools, node types of another package, and hostile programs."""

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from hostile_programs import ALL

from tidegate.isolation.foreign.types import ForeignTypes
from tidegate.isolation.pool import ProcessPool
from tidegate.sdk.node import Node

FOREIGN = Path(__file__).parents[2] / "support" / "foreign_nodes"
PACKAGE = "tidegate_acme.nodes"


@pytest_asyncio.fixture
async def pool() -> AsyncIterator[ProcessPool]:
    async with ProcessPool(entries=ALL) as made:
        yield made


@pytest.fixture
def foreign(
    pool: ProcessPool, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], type[Node]]]:
    """The stand-in for a class of the other package."""
    monkeypatch.syspath_prepend(str(FOREIGN))
    types = ForeignTypes(lambda: pool)
    yield lambda name: types.load(f"{PACKAGE}:{name}")
    types.close()
    assert PACKAGE not in sys.modules, "the package was imported into this process"

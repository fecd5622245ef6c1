"""How a workflow version runs: pure asyncio, no database, no server."""

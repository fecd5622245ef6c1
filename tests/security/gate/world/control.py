"""Commands from the test process: one JSON object a line, one answer a line."""

import asyncio
import json
import socket
import subprocess
from collections.abc import Awaitable, Callable

LIMIT = 256 << 20


async def obey(descriptor: int, commands: dict[str, Callable[..., Awaitable[object]]]) -> None:
    """Serve commands until the other side hangs up."""
    link = socket.socket(fileno=descriptor)
    reader, writer = await asyncio.open_connection(sock=link, limit=LIMIT)
    while line := await reader.readline():
        asked = json.loads(line)
        try:
            answer = {"answer": await commands[asked.pop("do")](**asked)}
        except Exception as error:  # noqa: BLE001 - the test process shows it
            answer = {"error": repr(error)}
        writer.write(json.dumps(answer).encode() + b"\n")
        await writer.drain()


def ip(*arguments: str) -> None:
    """Run the ``ip`` tool."""
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)

"""Cancelling an execution closes the socket of its request, whatever the request is doing."""

import asyncio
import time

import psutil
import pytest

SLACK = 5.0  # seconds; a second is promised, and the machine may be busy

STAGES = {
    "no_answer_to_connect": "connecting",
    "silent_on_accept": "silent",
    "silent_after_request": "silent",
    "silent_in_headers": "silent",
    "silent_in_body": "silent",
    "drips_headers": "dripping",
    "drips_body": "dripping",
    "reads_no_body": "silent",
    "tls_silent": "silent",
}


async def until(condition, what: str) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, f"did not happen: {what}"
        await asyncio.sleep(0.01)


def sockets_to(port: int) -> list[str]:
    """The state of each of this process's sockets to a port, as the kernel knows it."""
    found = psutil.Process().net_connections("tcp4")
    return [c.status for c in found if c.raddr and c.raddr.port == port and c.fd != -1]


@pytest.mark.parametrize("name", STAGES)
async def test_cancelling_closes_the_socket(open_product, faults, name):
    url = await faults.open("silent_on_accept" if name == "tls_silent" else name)
    if name == "tls_silent":
        url = url.replace("http:", "https:")
    port = int(url.rsplit(":", 1)[1].strip("/"))
    waiting = len(sockets_to(port))  # those that keep the queue of a deaf port full
    params = {"url": url, "timeout": 60}
    if name == "reads_no_body":
        params |= {"method": "POST", "body": "x" * (6 << 20)}
    execution = await open_product(url, connect_timeout=60).start(params)
    if name == "no_answer_to_connect":
        await until(lambda: len(sockets_to(port)) > waiting, "a socket that connects")
    else:
        stage = STAGES[name]
        await until(
            lambda: faults.connections and faults.connections[0].stage == stage, f"stage {stage}"
        )
        assert len(sockets_to(port)) == 1

    began = time.monotonic()
    await execution.cancel()
    await until(lambda: len(sockets_to(port)) == waiting, "the socket is gone")
    if name not in ("no_answer_to_connect", "reads_no_body"):  # where the server does not read
        await asyncio.wait_for(faults.connections[0].left.wait(), SLACK)
    assert time.monotonic() - began < SLACK

    seen = await execution.seen()
    assert seen.status == "cancelled"
    assert seen.execution.status.value == "cancelled"
    assert len(seen.requests) == 1

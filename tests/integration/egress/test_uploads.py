"""Bodies on their way out, piece by piece, and what stops them."""

import asyncio
import socket
import struct

import pytest

from tidegate.errors import HttpError, NodeFailed
from tidegate.sdk.http import BodyStream, HttpRequest

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
MB = 1 << 20


def body(*pieces, size=None, fails=None):
    async def read():
        for piece in pieces:
            yield piece
        if fails is not None:
            raise fails

    return BodyStream(sum(map(len, pieces)) if size is None else size, read)


async def test_pieces_arrive_as_one_body_with_its_length(serve, bind):
    server = await serve(OK)
    response = await bind(server).request(HttpRequest("PUT", server.url, body=body(b"ab", b"cde")))
    assert response.body == b"ok"
    [sent] = server.requests
    assert b"Content-Length: 5\r\n" in sent
    assert sent.endswith(b"\r\n\r\nabcde")
    assert b"Content-Type" not in sent


async def test_what_the_reader_says_is_what_the_node_is_told(serve, bind, kept):
    server = await serve(OK)
    gone = NodeFailed("the file is gone")
    with pytest.raises(NodeFailed, match="the file is gone") as caught:
        await bind(server).request(
            HttpRequest("POST", server.url, body=body(b"ab", size=9, fails=gone))
        )
    assert caught.value.details["request_method"] == "POST"
    assert kept.requests[0].error["message"] == "the file is gone"


@pytest.mark.parametrize("size", [4, 6])
async def test_a_body_of_another_size_is_not_sent_as_if_it_were_whole(serve, bind, kept, size):
    server = await serve(OK)
    with pytest.raises(NodeFailed) as caught:
        await bind(server).request(HttpRequest("POST", server.url, body=body(b"abcde", size=size)))
    words = f"no longer has the {size} bytes that were announced"
    assert words in caught.value.message
    assert words in kept.requests[0].error["message"]


async def test_a_server_that_does_not_listen_is_a_timeout(serve, bind):
    async def deaf(reader, writer, server):
        reader._transport.pause_reading()
        server.requests.append(b"")
        while not writer.transport.is_closing():
            await asyncio.sleep(0.05)

    server = await serve(deaf)
    with pytest.raises(HttpError) as caught:
        await bind(server).request(
            HttpRequest("POST", server.url, body=body(*[bytes(MB)] * 8), timeout=0.5)
        )
    assert (caught.value.type.value, caught.value.details["phase"]) == ("TIMEOUT", "upload")
    assert caught.value.message == (
        "the request took too long while sending the request's body; raise the timeout, or send "
        "less at once"
    )


async def test_a_server_that_hangs_up_meanwhile_is_told_apart(serve, bind):
    async def rude(reader, writer, server):
        await reader.readuntil(b"\r\n\r\n")
        end = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, end)
        writer.transport.abort()

    server = await serve(rude)
    with pytest.raises(HttpError) as caught:
        await bind(server).request(HttpRequest("POST", server.url, body=body(*[bytes(MB)] * 8)))
    assert (caught.value.type.value, caught.value.details["phase"]) == (
        "CONNECTION_RESET",
        "upload",
    )
    assert caught.value.message == (
        "the server closed the connection before it had the whole request; it may be too large "
        "for it"
    )


async def test_an_answer_before_the_end_of_the_body_is_heard(serve, bind):
    async def enough(reader, writer, server):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        await reader.read()

    server = await serve(enough)
    response = await bind(server).request(
        HttpRequest("POST", server.url, body=body(*[bytes(MB)] * 8))
    )
    assert response.status == 413

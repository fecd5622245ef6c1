"""A body on its way out is held to the size that was announced."""

import pytest

from tidegate.egress.upload import StreamedBody
from tidegate.errors import NodeFailed
from tidegate.sdk.http import BodyStream


class Hop:
    upload_error = None

    def __init__(self):
        self.phases = []

    def begin_upload(self):
        self.phases.append("begin")

    def end_upload(self):
        self.phases.append("end")


class Writer:
    def __init__(self):
        self.written = []

    async def write(self, piece):
        self.written.append(piece)


def body(size, *pieces, fails=None):
    async def read():
        for piece in pieces:
            yield piece
        if fails is not None:
            raise fails

    return BodyStream(size, read)


async def test_it_is_sent_piece_by_piece_and_can_begin_anew():
    hop, writer = Hop(), Writer()
    streamed = StreamedBody(body(5, b"ab", b"", b"cde"), hop)
    assert streamed.size == 5
    for _ in range(2):
        await streamed.write(writer)
    assert b"".join(writer.written) == b"abcde" * 2
    assert hop.phases == ["begin", "end"] * 2
    assert hop.upload_error is None


@pytest.mark.parametrize(("size", "sent"), [(4, b"ab"), (6, b"abcde"), (1, b"")])
async def test_another_size_is_an_error_and_nothing_more_is_sent(size, sent):
    hop, writer = Hop(), Writer()
    with pytest.raises(NodeFailed, match=rf"no longer has the {size} bytes that were announced") as caught:  # fmt: skip
        await StreamedBody(body(size, b"ab", b"cde"), hop).write(writer)
    assert b"".join(writer.written) == sent
    assert hop.upload_error is caught.value
    assert hop.phases == ["begin"]


async def test_what_the_stream_raises_is_kept():
    hop, mistake = Hop(), KeyError("mine")
    with pytest.raises(KeyError):
        await StreamedBody(body(2, b"ab", fails=mistake), hop).write(Writer())
    assert hop.upload_error is mistake


def test_nobody_gets_it_as_text():
    with pytest.raises(TypeError, match=r"^a streamed body is never held in memory$"):
        StreamedBody(body(1, b"a"), Hop()).decode()


async def test_what_is_announced_is_what_was_given():
    given = body(1, b"a")
    made = StreamedBody(given, Hop())
    assert made.size == 1
    assert made._value is given  # by which aiohttp tells payloads apart

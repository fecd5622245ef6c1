"""An answer's head and body, without a network: what aiohttp gives is checked once more."""

from types import SimpleNamespace

import pytest
from multidict import CIMultiDict

from tidegate.egress import answer as answers
from tidegate.egress.answer import Answer
from tidegate.egress.usage import EgressUsage
from tidegate.errors import SecurityError, SecurityErrorType
from tidegate.sdk.budget import Budget

MB = 1 << 20


class Content:
    """A body in pieces."""

    def __init__(self, *pieces):
        self.pieces = list(pieces)

    def is_eof(self):
        return not self.pieces

    async def readany(self):
        return self.pieces.pop(0) if self.pieces else b""

    def exception(self):
        return None


class Hop:
    """A hop that counts who watches its connection."""

    peer, is_broken, head_at, end_at = "192.0.2.1:80", False, 0.0, 0.0

    def __init__(self):
        self.watching = []

    def receiving(self):
        pass

    def watch(self, callback):
        self.watching.append(callback)

    def unwatch(self, callback):
        self.watching.remove(callback)

    def timings(self):
        return SimpleNamespace(download=None)


def answer(*headers, pieces=(), hop=None, reason="OK", **more):
    raw = tuple((name.encode(), value.encode("latin-1")) for name, value in headers)
    response = SimpleNamespace(
        raw_headers=raw,
        headers=CIMultiDict(headers),
        status=200,
        reason=reason,
        method="GET",
        version=None,
        content=Content(*pieces),
        connection=None,
    )
    response.__dict__.update(more)
    return Answer(response, hop or Hop(), EgressUsage())


@pytest.mark.parametrize(
    "header", [("X", "a\x01b"), ("X", "a\nb"), ("X", "\x7f"), ("A B", "x"), ("", "x")]
)
def test_a_malformed_header_is_refused(header):
    with pytest.raises(SecurityError) as caught:
        answer(header)
    assert caught.value.type is SecurityErrorType.MALICIOUS_CONTENT
    assert caught.value.message == "the response has a malformed header"
    assert caught.value.details["category"] == "protocol_error"


def test_a_tab_and_other_letters_are_well_formed():
    assert answer(("X", "a\tb"), ("Y", "\xe9")).headers == (("X", "a\tb"), ("Y", "\xe9"))


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ([("Content-Length", "1"), ("Content-Length", "1")], "states its length in two ways"),
        (
            [("Content-Length", "1"), ("Transfer-Encoding", "chunked")],
            "states its length in two ways",
        ),
        ([("Content-Length", "+1")], "'s length is not a number"),
        ([("Content-Length", "1" * 19)], "'s length is not a number"),
        ([("Transfer-Encoding", "gzip")], "has an unknown transfer coding"),
        (
            [("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")],
            "has an unknown transfer coding",
        ),
    ],
)
def test_a_doubtful_length_is_refused(headers, why):
    with pytest.raises(SecurityError) as caught:
        answer(*headers)
    assert caught.value.message == f"the response{'' if why[0] == chr(39) else ' '}{why}"


@pytest.mark.parametrize(
    ("more", "length"),
    [({}, 7), ({"method": "HEAD"}, None), ({"status": 204}, None), ({"status": 304}, None)],
)
def test_a_length_is_of_a_body_that_comes(more, length):
    assert answer(("Content-Length", "7"), **more).length == length
    assert answer(("Transfer-Encoding", " Chunked "), **more).length is None


def test_times_are_milliseconds_and_texts_are_valid(monkeypatch):
    monkeypatch.setattr(answers, "time", SimpleNamespace(perf_counter=lambda: 3.0))
    made = answer(("X", "1"), reason="Caf\udce9")
    response = made.response(b"body", "http://x/", 1.5, ["http://a/"], 9)
    assert (response.response_time, response.status_text) == (1500.0, "Caf\xe9")
    assert (response.redirects, response.final_url) == (("http://a/",), "http://x/")
    assert (response.http_version, response.bytes_out) == ("1.1", 9)
    assert response.remote_address == "192.0.2.1:80"
    assert answer(reason=None).response(b"", "", 0.0, [], 0).status_text == ""
    old = answer(version=SimpleNamespace(minor=0)).response(b"", "", 0.0, [], 0)
    assert old.http_version == "1.0"


def test_a_heads_size_is_about_that_on_the_wire():
    head = b"HTTP/1.1 200 OK\r\nX-A: 1\r\nX-B: 22\r\n\r\n"
    assert answer(("X-A", "1"), ("X-B", "22")).bytes_in == len(head)


async def test_others_get_a_turn_for_each_megabyte_that_is_unpacked(monkeypatch):
    sleeps = []

    async def sleep(seconds):
        sleeps.append(seconds)

    class Grows:
        """Every byte becomes a quarter of a megabyte."""

        def feed(self, data):
            yield from (bytes(MB // 4) for _ in data)

        def finish(self):
            pass

    monkeypatch.setattr(answers, "asyncio", SimpleNamespace(sleep=sleep))
    monkeypatch.setattr(answers, "decoder_for", lambda codings: Grows())
    made = answer(("Content-Encoding", "x"), pieces=[b"12345", b"6789"])
    size = 0
    turns = []
    async for piece in made.pieces(9 * MB):
        size += len(piece)
        turns.append(len(sleeps))
    assert size == 9 * MB // 4
    assert turns == [0, 0, 0, 0, 1, 1, 1, 1, 2]
    assert sleeps == [0, 0]


async def test_pieces_are_charged_and_so_is_joining_them():
    budget = Budget(memory=12)
    assert await answer(pieces=[b"abc", b"def"]).read(6, budget) == b"abcdef"
    assert budget.alloc == 6
    with pytest.raises(SecurityError, match=r"for a response \(or stream it to a file\);"):
        await answer(pieces=[b"abc", b"d"]).read(6, budget)
    assert budget.alloc == 6  # what failed holds nothing
    with pytest.raises(SecurityError, match=r"for a response \(or stream it to a file\);"):
        await answer(pieces=[b"abcdefg", b"h"]).read(9, budget)
    assert budget.alloc == 6
    assert await answer(pieces=[b"abcdef"]).read(6, budget) == b"abcdef"  # nothing to join
    assert budget.alloc == 0


async def test_the_connection_is_watched_once_and_no_longer_than_the_answer():
    hop = Hop()
    made = answer(pieces=[b"a", b"b", b"c"], hop=hop)
    found = [(piece, len(hop.watching)) async for piece in made.pieces(3)]
    assert found == [(b"a", 1), (b"b", 1), (b"c", 1)]
    made.close()
    assert hop.watching == []
    untouched = answer(hop=hop)
    untouched.close()
    assert hop.watching == []

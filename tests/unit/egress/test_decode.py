"""One coding, small steps, and no bomb."""

import gzip
import zlib
from functools import partial

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from tidegate.egress.decode import STEP, decoder_for
from tidegate.errors import HttpError, HttpErrorType, SecurityError, SecurityErrorType

WINDOW = zstd.CompressionParameter.window_log
SIZE = zstd.CompressionParameter.content_size_flag


def unpack(codings, *pieces):
    decoder = decoder_for(codings)
    if decoder is None:
        return b"".join(pieces)
    found = [part for piece in pieces for part in decoder.feed(piece)]
    decoder.finish()
    assert all(0 < len(part) <= STEP for part in found)
    return b"".join(found)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZip": gzip.compress,
    "deflate": zlib.compress,
    " deflate ": raw_deflate,
    "identity": bytes,
    "identity, gzip": gzip.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "ZSTD": lambda data: zstd.compress(data[:50]) + zstd.compress(data[50:]),
}


@given(
    st.sampled_from(sorted(PACKERS)),
    st.one_of(st.binary(max_size=200), st.integers(1, 400_000)),
    st.integers(1, 5000),
)
def test_what_was_packed_comes_back(coding, content, size):
    data = content if isinstance(content, bytes) else b"ab" * content
    packed = PACKERS[coding](data)
    pieces = [packed[i : i + size] for i in range(0, len(packed), size)]
    assert unpack([coding], *pieces) == data


@pytest.mark.parametrize("codings", [[], [""], ["identity"], ["identity, identity"]])
def test_no_coding(codings):
    assert decoder_for(codings) is None


@pytest.mark.parametrize(
    "codings",
    [
        ["gzip, gzip"],
        ["gzip", "gzip"],
        ["gzip,deflate"],
        ["br, br"],
        ["br", "zstd"],
        ["rot13"],
        ["gzip x"],
    ],
)
def test_codings_that_are_refused(codings):
    with pytest.raises(HttpError) as caught:
        decoder_for(codings)
    assert caught.value.type is HttpErrorType.INVALID_RESPONSE
    assert caught.value.details["category"] == "unsupported_encoding"


def test_members_are_joined_up_to_a_number():
    member = gzip.compress(b"a")
    assert unpack(["gzip"], member * 100) == b"a" * 100
    with pytest.raises(SecurityError) as caught:
        unpack(["gzip"], member * 101)
    assert caught.value.type is SecurityErrorType.MALICIOUS_CONTENT
    assert caught.value.details["category"] == "response_too_large"


@pytest.mark.parametrize(
    ("coding", "data"),
    [
        ("gzip", b"not gzip at all"),
        ("gzip", gzip.compress(b"hello", mtime=0)[:-1]),
        ("gzip", gzip.compress(b"hello", mtime=0)[:12]),
        ("gzip", gzip.compress(b"hello", mtime=0) + b"junk"),
        ("deflate", zlib.compress(b"hello") + b"junk"),
        ("deflate", zlib.compress(b"hello")[:-2]),
        ("deflate", b"\xff\xff\xff"),
        ("br", b"not brotli at all"),
        ("br", brotli.compress(b"hello" * 99)[:-3]),
        ("br", brotli.compress(b"hello") + b"junk"),
        ("zstd", b"not zstandard"),
        ("zstd", zstd.compress(b"hello" * 99)[:-3]),
        ("zstd", zstd.compress(b"hello") + b"junk"),
        # A window of 128 MB: RFC 9659 allows 8 MB.
        ("zstd", zstd.compress(bytes(20 << 20), options={WINDOW: 27, SIZE: 0})),
    ],
)
def test_broken_data_is_an_error(coding, data):
    with pytest.raises(HttpError) as caught:
        unpack([coding], data)
    assert caught.value.details["category"] == "protocol_error"
    assert caught.value.type is HttpErrorType.INVALID_RESPONSE


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_an_empty_body_is_nothing_in_any_coding(coding):
    assert unpack([coding]) == b"" and unpack([coding], b"") == b""


@pytest.mark.parametrize("window", range(9, 16))
def test_deflate_with_every_wrapper_and_with_none(window):
    for wbits in (window, -window):
        packer = zlib.compressobj(wbits=wbits)
        packed = packer.compress(b"hello " * 1000) + packer.flush()
        for step in (1, 7, len(packed)):
            pieces = [packed[at : at + step] for at in range(0, len(packed), step)]
            inflater = decoder_for(["deflate"])
            got = b"".join(piece for part in pieces for piece in inflater.feed(part))
            inflater.finish()
            assert got == b"hello " * 1000


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("br", partial(brotli.compress, quality=5)),
        ("zstd", zstd.compress),
    ],
)
@pytest.mark.parametrize("size", [STEP - 1, STEP, STEP + 1, 3 * STEP, 1_000_000])
def test_nothing_stays_inside_where_steps_are_full(coding, pack, size):
    packed = pack(bytes(size))
    inflater = decoder_for([coding])
    pieces = list(inflater.feed(packed))
    inflater.finish()
    assert sum(map(len, pieces)) == size
    assert max(map(len, pieces)) <= STEP
    # The same, where the last bytes come alone.
    inflater = decoder_for([coding])
    pieces = [*inflater.feed(packed[:-1]), *inflater.feed(b""), *inflater.feed(packed[-1:])]
    inflater.finish()
    assert sum(map(len, pieces)) == size


def test_frames_are_joined_up_to_a_number():
    frame = zstd.compress(b"a")
    assert unpack(["zstd"], frame * 100) == b"a" * 100
    with pytest.raises(SecurityError) as caught:
        unpack(["zstd"], frame * 101)
    assert caught.value.type is SecurityErrorType.MALICIOUS_CONTENT


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("deflate", zlib.compress),
        ("br", partial(brotli.compress, quality=5)),
        ("zstd", zstd.compress),
    ],
)
def test_a_bomb_is_unpacked_only_as_far_as_it_is_read(coding, pack):
    steps = decoder_for([coding]).feed(pack(bytes(40 << 20)))
    assert 0 < len(next(steps)) <= STEP and 0 < len(next(steps)) <= STEP

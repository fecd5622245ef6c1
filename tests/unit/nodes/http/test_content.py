import codecs
import encodings.aliases

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate import codec
from tidegate.nodes.http.content import decode_text, file_name, guess, kind_of
from tidegate.nodes.http.failing import retry_after
from tidegate.sdk import HttpResponse


def response(url="https://example.org/", **headers):
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return HttpResponse(200, "OK", pairs, b"", url, 1.0)


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        ("application/json", "json"),
        ("Application/JSON ; charset=utf-8", "json"),
        ("application/vnd.api+json", "json"),
        ("text/csv", "text"),
        ("application/atom+xml", "text"),
        ("image/png", "file"),
        ("application/octet-stream", "file"),
        ("application/jsonx", "file"),
        ("", "unknown"),
        (";charset=utf-8", "unknown"),
    ],
)
def test_kinds(content_type, kind):
    assert kind_of(response(content_type=content_type)) == kind


@given(
    st.binary(max_size=200),
    st.sampled_from(sorted(encodings.aliases.aliases)) | st.text(max_size=20),
)
def test_any_bytes_in_any_charset_become_valid_text(body, charset):
    text = decode_text(body, response(content_type=f"text/plain; charset={charset}"))
    assert codec.decode(codec.encode(text)) == text


@given(st.binary(max_size=100))
def test_marks_never_break_decoding(body):
    for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE):
        codec.encode(decode_text(mark + body, response()))


@given(st.text(max_size=300), st.text(alphabet=st.characters(codec="utf-8"), max_size=50))
def test_a_file_name_is_always_a_plain_name(disposition, path):
    name = file_name(
        response(f"https://a/{path}", content_disposition=f'a; filename="{disposition}"')
    )
    assert codec.encode(name)
    assert name
    assert len(name) <= 200
    assert name not in (".", "..")
    assert not set(name) & set("/\\\0\r\n")


def test_what_is_guessed_without_a_content_type():
    assert guess(b' {"a": 1}') == {"a": 1}
    assert guess(b"{a") == "{a"
    assert guess("\ufeffü".encode()) == "ü"
    assert guess(b"\x89PNG\xff") is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("-1", None),
        ("1.5", None),
        ("x" * 1000, None),
        ("9" * 30, None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 99 Oct 2015", None),
        ("", None),
    ],
)
def test_retry_after(value, seconds):
    assert retry_after(response(retry_after=value)) == seconds

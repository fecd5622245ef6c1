"""Secrets are found in every spelling, at every depth, and where texts are cut."""

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.redact import CUT, MARGIN, MASK, MAX_SHOWN, Redactor

SECRET = "p\"a's<s>&w/o+r=d% 1234567\\é😀\n"
PLAIN = "sk_live_51HxAbCdEf"


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def in_base64_url(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def in_json(text: str) -> str:
    return json.dumps(text)


def in_json_raw(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def in_json_of_php(text: str) -> str:
    return json.dumps(text).replace("/", "\\/")


def in_json_of_go(text: str) -> str:
    escaped = json.dumps(text).replace("<", "\\u003C").replace(">", "\\u003E")
    return escaped.replace("&", "\\u0026")


def in_html_by_numbers(text: str) -> str:
    return html.escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")


def in_url(text: str) -> str:
    return quote(text, safe="")


def in_url_lower_case(text: str) -> str:
    return "".join(
        f"%{b:02x}" if not chr(b).isascii() or not chr(b).isalnum() else chr(b)
        for b in text.encode()
    )


SPELLINGS = [
    str,
    in_base64,
    in_base64_url,
    in_json,
    in_json_raw,
    in_json_of_php,
    in_json_of_go,
    html.escape,
    in_html_by_numbers,
    quote,
    quote_plus,
    in_url,
    in_url_lower_case,
]
# Base64 inside of base64 is not promised.
BASE64 = {in_base64, in_base64_url}
PAIRS = [(a, b) for a in SPELLINGS for b in SPELLINGS if not {a, b} <= BASE64]


@pytest.mark.parametrize("secret", [SECRET, PLAIN], ids=["odd", "plain"])
@pytest.mark.parametrize(("inner", "outer"), PAIRS, ids=lambda f: f.__name__)
def test_a_secret_is_found_in_every_spelling_of_every_spelling(inner, outer, secret):
    found = Redactor([secret])(f"before {outer('x ' + inner(secret) + ' y')} after")
    assert MASK in found
    assert "before " in found
    assert " after" in found
    for part in ("1234567", "51HxAbCdEf", inner(secret), outer(inner(secret))):
        assert part not in found


@pytest.mark.parametrize("shift", range(3))
def test_base64_is_found_at_every_alignment(shift):
    text = in_base64("x" * shift + PLAIN + "and more")
    assert Redactor([PLAIN])(f"Basic {text}!") == f"Basic {MASK}!"


def test_base64_is_found_behind_letters_that_joined_it():
    for before in ("", "a", "ab", "abc", "abcd/"):
        assert Redactor([PLAIN])(f"/{before}{in_base64(PLAIN)}") == f"{MASK}"


def test_other_base64_stays():
    text = in_base64("nothing of interest to anybody at all")
    assert Redactor([PLAIN, SECRET, "a-b-c-d-e"])(text) == text


@given(secret=st.text(min_size=4, max_size=40), before=st.text(), after=st.text())
def test_nothing_of_any_secret_is_left(secret, before, after):
    found = Redactor([secret])({"k": [before + secret + after], secret: 1})
    assert secret not in found["k"][0].replace(MASK, "\0") or secret in MASK * 3
    assert MASK in found


@given(secret=st.text(min_size=4), text=st.text())
def test_what_the_quick_look_lets_pass_is_clean(secret, text):
    redact = Redactor([secret])
    for value in (text, text + secret, text + in_base64(secret), {secret: text}):
        if not redact.finds(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")):
            assert redact(value) == value


def test_values_keep_their_shape():
    value = {"a": [1, 2.5, None, True, "text"], "b": {"c": "text"}}
    assert Redactor([PLAIN])(value) == value
    assert Redactor()(value) is value
    assert Redactor(["12345678"])([12345678, 123456789]) == [MASK, 123456789]


def test_the_longer_secret_goes_first():
    redact = Redactor(["password-1", "ada:password-1:end"])
    assert redact("x ada:password-1:end y password-1") == f"x {MASK} y {MASK}"


def test_short_values_are_no_secrets_and_the_word_around_stays():
    assert Redactor(["abc", ""])("abc abcd") == "abc abcd"


def test_a_secret_that_expired_is_forgotten():
    redact = Redactor([PLAIN, SECRET])
    redact.discard([PLAIN, "unknown"])
    assert redact(PLAIN) == PLAIN
    assert redact(SECRET) == MASK


@pytest.mark.parametrize("length", range(1, len(PLAIN)))
def test_nobody_learns_a_secret_from_its_beginnings(length):
    """Who may not see a secret tries what is masked: right and wrong guesses look alike."""
    redact = Redactor([PLAIN])
    for end in ("", "...", " ", "\n", '"}'):
        for guess in (PLAIN[:length], PLAIN[: length - 1] + "?", PLAIN[-length:]):
            assert redact(f"token {guess}{end}") == f"token {guess}{end}"
            assert redact.error({"a": [f"{guess}{end}"]}) == {"a": [f"{guess}{end}"]}
            text = "x" * (50 - length) + guess + "y" * 20_000
            assert redact.beginning(text, 50) == text[:50] + CUT
            text = "x" * (50 + MARGIN - length) + guess + "y" * 20_000
            assert redact.beginning(text, 50) == text[:50] + CUT


@pytest.mark.parametrize("spelled", [str, in_json, in_url, in_base64, html.escape])
def test_a_secret_is_masked_wherever_a_text_is_cut(spelled):
    redact = Redactor([PLAIN, SECRET])
    for secret in (PLAIN, SECRET):
        for before in range(0, 120, 7):
            for after in (0, 5, MARGIN, 3 * MARGIN):
                text = " " * before + spelled(secret) + " " * after
                shown = redact.beginning(text, 100)
                assert len(shown) <= 100 + len(CUT)
                assert set(shown) <= set(' *"' + CUT), shown
                assert shown.endswith(CUT) == (len(redact(text)) > 100)


def test_a_secret_behind_the_end_of_the_window_leaves_nothing():
    redact = Redactor([PLAIN])
    for shift in range(len(PLAIN) + 1):
        # The first secrets make the shown part shorter, the last one is cut off.
        text = PLAIN * 10 + "-" * (MARGIN - 10 * len(PLAIN) + 100 - shift) + PLAIN * 400
        shown = redact.beginning(text, 100)
        assert set(shown) <= set("-*" + CUT), shown


def test_errors_are_bounded_with_and_without_secrets():
    for redact in (Redactor(), Redactor([PLAIN])):
        shown = redact.error({"message": "m", "a": {"b": ["x" * 5000]}, "n": 1})
        assert shown == {"message": "m", "a": {"b": ["x" * MAX_SHOWN + CUT]}, "n": 1}


@pytest.mark.parametrize("secret", ['\\\\\\"abcdefgh', 'ab"\\\\\\"cdefgh', '"&&<>abcdefgh'])
def test_long_rows_of_signs_that_escape_end_in_time(secret):
    for sign in ("\\", "&", "%25", "&amp;", "%5c", "A", "+", "="):
        text = "abcdefgh" + sign * 100_000
        assert MASK in Redactor([secret])(text + secret)

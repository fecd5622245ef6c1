"""Messages as they come, the hostile ones too, as the items of trigger.email say them."""

import tracemalloc
from email.message import EmailMessage

import pytest

from tidegate import codec
from tidegate.nodes.triggers.mail_message import MAX_TEXT, read_headers, read_message


def letter(**headers):
    mail = EmailMessage()
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    return mail


def read(raw):
    found = read_message(raw)
    codec.encode(found.json)
    for one in found.attachments:
        codec.encode([one.name, one.content_type])
    return found


def test_a_message_with_both_texts_and_files():
    mail = letter(
        From="Zoë Ünal <zoe@example.org>",
        To="Ada <ada@example.org>, bob@example.org",
        Cc="eve@example.org",
        Subject="Grüße, Rechnung № 7",
        Date="Sun, 29 Nov 2026 23:30:00 +0200",
        Message_ID="<1@example.org>",
        Reply_To="desk@example.org",
    )
    mail.set_content("Hällo\n")
    mail.add_alternative("<p>Hällo</p>", subtype="html")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Rechnung №7.pdf")
    mail.add_attachment("a,b\n", subtype="csv", filename="../../etc/rows.csv")
    cc = b"Cc: =?utf-8?q?Eve=2C_or_not?= <eve@example.org>"
    found = read(mail.as_bytes().replace(b"Cc: eve@example.org", cc))
    assert found.json == {
        "message_id": "<1@example.org>",
        "from": {"name": "Zoë Ünal", "address": "zoe@example.org"},
        "to": [
            {"name": "Ada", "address": "ada@example.org"},
            {"name": "", "address": "bob@example.org"},
        ],
        "cc": [{"name": "Eve, or not", "address": "eve@example.org"}],
        "subject": "Grüße, Rechnung № 7",
        "date": "2026-11-29T21:30:00Z",
        "text": "Hällo\n",
        "html": "<p>Hällo</p>\n",
        "is_cut": False,
        "headers": {"reply-to": "desk@example.org"},
        "problem": None,
    }
    assert [(one.name, one.content_type, one.content) for one in found.attachments] == [
        ("Rechnung №7.pdf", "application/pdf", b"%PDF"),
        ("rows.csv", "text/csv", b"a,b\n"),
    ]


def test_a_message_within_a_message_is_a_file():
    inner = letter(Subject="inner")
    inner.set_content("the inner text")
    outer = letter(Subject="outer")
    outer.set_content("the outer text")
    outer.add_attachment(inner)
    found = read(outer.as_bytes())
    assert (found.json["subject"], found.json["text"]) == ("outer", "the outer text\n")
    (one,) = found.attachments
    assert (one.name, one.content_type) == ("message.eml", "message/rfc822")
    assert b"the inner text" in one.content


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", {"subject": None, "from": None, "to": [], "date": None, "text": ""}),
        (b"no header at all", {"subject": None}),
        (b"Subject: a\r\nSubject: b\r\n\r\n", {"subject": "a"}),
        (b"Subject: raw \xc3\xa9 and \xff\r\n\r\nx", {"subject": "raw é and \ufffd"}),
        (b"Subject: =?utf-8?b?bm90IGJhc2U2NA?=\r\n\r\n", None),
        (b"Subject: =?utf-8?b?A?=\r\n\r\n", None),
        (b"Subject: =?nothing?q?a?=\r\n\r\n", {"subject": "a"}),
        (b"Subject: =?punycode?q?a?=\r\n\r\n", {"subject": "a"}),
        (b"Subject: =?utf-8?q?a=0D=0ABcc:_eve=00?=\r\n\r\n", {"subject": "a Bcc: eve\ufffd"}),
        (b"Date: yesterday\r\n\r\n", {"date": None}),
        (b"Date: Mon, 01 Jan 0001 00:00:00 +2359\r\n\r\n", {"date": "2000-12-31T00:01:00Z"}),
        (b"Date: Fri, 99 Foo 99999999999999999999 99:99:99\r\n\r\n", {"date": None}),
        (b"From: " + b"(" * 20_000 + b"\r\n\r\n", {"from": None}),
        (b"From: a@b, c@d\r\n\r\n", {"from": {"name": "", "address": "a@b"}}),
        (b'Content-Type: text/plain; charset="zip"\r\n\r\nx\xff', {"text": "x\ufffd"}),
        (b"Content-Type: text/plain; charset=unicode_escape\r\n\r\n\\z", {"text": "\\z"}),
        (b"Content-Type: text/plain; charset=utf-7\r\n\r\n+2AA-", {"text": "?"}),
        (b"Content-Type: text/plain; charset*=x'y'%FF\r\n\r\nx", {"text": "x"}),
        (b"Content-Transfer-Encoding: base64\r\n\r\n!!!!a", None),
        (b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin\n\xff", None),
        (b"Content-Type: multipart/mixed\r\n\r\nno boundary", {"problem": None}),
        (b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n", {"problem": None}),
        (b"Content-Type: /\r\n\r\nx", {"text": None}),
        (b"Content-Disposition: attachment; filename*=zip''%41\r\n\r\nx", None),
    ],
)
def test_broken_messages_are_read_as_far_as_they_go(raw, expected):
    found = read(raw)
    for name, value in (expected or {}).items():
        assert found.json[name] == value, name


def nested(depth):
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(depth)
    )
    return b"Subject: deep\r\n" + opened + b"\r\nx"


BOMB = (
    b"Subject: bomb\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\n\n" * 1_500_000
)


@pytest.mark.parametrize(
    "raw",
    [
        nested(600),
        nested(20_000),
        BOMB,
        b"Subject: lines\r\n\r\n" + b"\n" * 5_000_000,
        b"Subject: many\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
        + b"a: b\r\n" * 100_000,
        b"Subject: within\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 5_000,
    ],
    ids=["nested", "deeply nested", "parts", "lines", "headers", "messages"],
)
def test_a_bomb_gives_its_headers_and_takes_no_memory(raw):
    tracemalloc.start()
    found = read(raw)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found.json["subject"] == raw.partition(b"\r\n")[0].decode().partition(": ")[2]
    assert found.json["problem"] == "it has too many parts to be read"
    assert (found.json["text"], found.attachments) == (None, [])
    assert peak < 4 * len(raw) + (16 << 20)


def test_headers_without_an_end():
    found = read_headers(b"a: b\r\n" * 40_000, None)
    assert found.json["problem"] == "it has too many headers to be read"
    assert read_headers(b"Subject: " + b"x" * 200_000, None).json["subject"] == "x" * (32 << 10)


def test_a_long_text_is_cut_and_says_so():
    found = read(b"Subject: long\r\n\r\n" + b"x" * (MAX_TEXT + 1))
    assert len(found.json["text"]) == MAX_TEXT
    assert found.json["is_cut"] is True

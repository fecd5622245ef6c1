"""Scenarios of broken messages: nothing half is success, nothing extra is an answer."""

import pytest

PUBLIC = "93.184.215.14"
HERE = f"http://{PUBLIC}"


def answer(*lines: str, body: str = "") -> str:
    return "\r\n".join(["HTTP/1.1 200 OK", *lines]) + "\r\n\r\n" + body


def chunked(body: str) -> str:
    return answer("Transfer-Encoding: chunked", body=body)


CHUNKS = {
    "bad size": chunked("zz\r\nhello\r\n0\r\n\r\n"),
    "negative size": chunked("-5\r\nhello\r\n0\r\n\r\n"),
    "plus size": chunked("+5\r\nhello\r\n0\r\n\r\n"),
    "hex prefix": chunked("0x5\r\nhello\r\n0\r\n\r\n"),
    "20 digits": chunked("10000000000000000005\r\nhello\r\n0\r\n\r\n"),
    "no line end": chunked("5\r\nhello0\r\n\r\n"),
    "bare line feed": chunked("5\nhello\n0\n\n"),
    "cut off": chunked("5\r\nhel"),
    "no last chunk": chunked("5\r\nhello\r\n"),
    "empty size": chunked("\r\nhello\r\n0\r\n\r\n"),
}


@pytest.mark.parametrize("kind", CHUNKS)
def test_dyn_061_chunk_errors(world, kind):
    world.script(routes={"/": [["send", CHUNKS[kind]], ["close"]]})
    outcome = world.get(HERE, timeout=5)
    assert not outcome["ok"] and outcome["category"] == "protocol_error", outcome
    assert outcome["type"] in {"MALICIOUS_CONTENT", "INVALID_RESPONSE", "CONNECTION_RESET"}


def test_dyn_061_after_the_last_chunk(world):
    good = "5\r\nhello\r\n0\r\n"
    world.script(
        routes={
            "/extra": chunked(good + "\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"),
            "/trailer": chunked(good + "Host: evil\r\nContent-Length: 99\r\n\r\n"),
            "/end": answer("Content-Length: 4", body="good"),
        }
    )
    for path in ("/extra", "/trailer"):
        first = world.get(HERE + path, timeout=5)
        if first["ok"]:
            assert first["body"] == "hello"
            assert "evil" not in str(first["headers"])
        else:
            assert first["category"] == "protocol_error"
        assert world.get(f"{HERE}/end")["body"] == "good"


LENGTHS = {
    "short body": (["Content-Length: 10"], "hello", None),
    "negative": (["Content-Length: -5"], "hello", None),
    "plus": (["Content-Length: +5"], "hello", None),
    "list of equals": (["Content-Length: 5, 5"], "hello", None),
    "list": (["Content-Length: 5, 6"], "hello!", None),
    "two different": (["Content-Length: 5", "Content-Length: 6"], "hello!", None),
    "two equal": (["Content-Length: 5", "Content-Length: 5"], "hello", None),
    "with chunked": (
        ["Content-Length: 5", "Transfer-Encoding: chunked"],
        "5\r\nhello\r\n0\r\n\r\n",
        None,
    ),
    "chunked first": (
        ["Transfer-Encoding: chunked", "Content-Length: 5"],
        "5\r\nhello\r\n0\r\n\r\n",
        None,
    ),
    "hexadecimal": (["Content-Length: 0x5"], "hello", None),
    "10^30": (["Content-Length: 1" + "0" * 30], "hello", None),
    "empty": (["Content-Length: "], "hello", None),
    "words": (["Content-Length: five"], "hello", None),
    "inner space": (["Content-Length: 1 0"], "hello", None),
    "unknown coding": (["Transfer-Encoding: magic"], "hello", None),
    "coding twice": (["Transfer-Encoding: chunked, chunked"], "5\r\nhello\r\n0\r\n\r\n", None),
    "coding spelled oddly": (["Transfer-Encoding: xchunked"], "5\r\nhello\r\n0\r\n\r\n", None),
    "space before colon": (["Content-Length : 5"], "hello", None),
    "folded": (["X-A: 1", " Content-Length: 5"], "hello", "ok"),
    "zeros": (["Content-Length: 0005"], "hello", "ok"),
    "none": (["X-A: 1"], "hello", "ok"),
}


@pytest.mark.parametrize("kind", LENGTHS)
def test_dyn_062_length_errors(world, kind):
    lines, body, expected = LENGTHS[kind]
    world.script(routes={"/": [["send", answer(*lines, body=body)], ["close"]]})
    outcome = world.get(HERE, timeout=5)
    if outcome["ok"]:
        assert expected == "ok" and outcome["body"] == body, outcome["headers"]
    else:
        assert outcome["category"] == "protocol_error", outcome
        assert kind != "none"


@pytest.mark.parametrize(
    "line", ["X A: 1", "X-A: a\x00b", "X-A: a\rb", "X-A: \x1b[31m", "X\x7f: 1", ": 1"]
)
def test_malformed_headers(world, line):
    world.script(routes={"/": answer(line, "Content-Length: 0")})
    outcome = world.get(HERE, timeout=5)
    assert not outcome["ok"] and outcome["category"] == "protocol_error", outcome


def test_dyn_062_extra_bytes_are_never_the_next_answer(world):
    evil = answer("Content-Length: 4", body="evil")
    world.script(
        routes={
            "/": answer("Content-Length: 5", body="hello" + evil),
            "/end": answer("Content-Length: 4", body="good"),
        }
    )
    first, second = world.send(
        {"method": "GET", "url": f"{HERE}/"}, {"method": "GET", "url": f"{HERE}/end"}
    )["outcomes"]
    assert first["category"] == "protocol_error" if not first["ok"] else first["body"] == "hello"
    assert second["body"] == "good"
    assert len(world.connections) == 2


@pytest.mark.parametrize(
    "lines", [["Content-Length: 100000"], ["Transfer-Encoding: chunked"], ["Connection: close"]]
)
def test_dyn_064_a_reset_in_the_middle(world, lines):
    body = "20000\r\n" if "chunked" in lines[0] else ""
    world.script(
        routes={
            "/": [["send", answer(*lines, body=body + "x" * 50_000)], ["sleep", 0.2], ["reset"]]
        }
    )
    outcome = world.get(HERE, timeout=5)
    assert not outcome["ok"] and outcome["category"] == "protocol_error"
    assert len(world.requests) == 1


@pytest.mark.parametrize("moment", ["before the request", "after the request"])
def test_dyn_064_a_reset_at_once_is_not_repeated(world, moment):
    if moment == "before the request":
        world.listen("93.184.215.16", 80)
        world.script(greetings={"93.184.215.16:80": [["reset"]]})
        outcome = world.get("http://93.184.215.16/")
    else:
        world.script(routes={"/": [["reset"]]})
        outcome = world.get(HERE)
    assert (outcome["category"], outcome["type"]) == ("protocol_error", "CONNECTION_RESET")
    assert len(world.connections) == 1


BANNERS = {
    "ssh": "SSH-2.0-OpenSSH_9.6 s3cret-banner\r\n",
    "smtp": "220 s3cret-banner ESMTP\r\n",
    "http/0.9": "<html>s3cret-banner</html>",
    "http/2": "\x00\x00\x12\x04\x00\x00\x00\x00\x00s3cret-banner",
    "http/3.0": "HTTP/3.0 200 OK\r\nContent-Length: 0\r\n\r\ns3cret-banner",
    "tls alert": "\x15\x03\x01\x00\x02\x02\x46s3cret-banner",
    "shout": "ICY 200 OK\r\n\r\ns3cret-banner",
    "nothing": "",
    "garbage": "\x00" * 100_000,
}


@pytest.mark.parametrize("kind", BANNERS)
def test_dyn_065_what_is_not_http(world, kind):
    world.listen(PUBLIC, 8022)
    world.script(greetings={f"{PUBLIC}:8022": [["send", BANNERS[kind]], ["read", 1000], ["close"]]})
    outcome = world.get(f"http://{PUBLIC}:8022/", timeout=5)
    assert not outcome["ok"] and outcome["category"] == "protocol_error", outcome
    assert "s3cret-banner" not in str(outcome)


@pytest.mark.parametrize("kind", [*BANNERS, "http"])
def test_dyn_065_what_is_not_tls(world, kind):
    world.listen(PUBLIC, 8022)
    text = BANNERS.get(kind, answer("Content-Length: 0"))
    world.script(greetings={f"{PUBLIC}:8022": [["send", text], ["read", 1000], ["close"]]})
    outcome = world.get(f"https://{PUBLIC}:8022/", timeout=5)
    assert (outcome["category"], outcome["type"]) == ("tls_error", "SSL_ERROR"), outcome
    assert "s3cret-banner" not in str(outcome)


def test_dyn_065_tls_on_the_plain_port(world):
    world.listen(PUBLIC, 443, "good")
    outcome = world.get(f"http://{PUBLIC}:443/", timeout=5)
    assert outcome["category"] == "protocol_error"


def test_dyn_067_an_answer_sent_early_is_not_believed(world):
    early = answer("Content-Length: 5", body="early")
    world.script(
        routes={
            "/": [
                ["send", answer("Content-Length: 4", body="real")],
                ["sleep", 0.1],
                ["send", early],
            ],
            "/end": answer("Content-Length: 4", body="good"),
        }
    )
    first = world.get(f"{HERE}/")
    world.near("sleep", seconds=0.4)
    second = world.get(f"{HERE}/end")
    assert (first["body"], second["body"]) == ("real", "good")
    assert len(world.connections) == 2

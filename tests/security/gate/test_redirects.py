"""Scenarios of redirects: every hop is checked like the first, and credentials stay at home."""

import pytest

PUBLIC, OTHER = "93.184.215.14", "93.184.215.15"
HERE, THERE = f"http://{PUBLIC}", f"http://{OTHER}"
SECRETS = [
    ["Authorization", "Bearer s3cret"],
    ["Cookie", "id=s3cret"],
    ["Proxy-Authorization", "s3cret"],
]


def to(location: str, status: int = 302, *extra: str) -> str:
    head = [f"HTTP/1.1 {status} Moved", f"Location: {location}", *extra, "Content-Length: 0"]
    return "\r\n".join(head) + "\r\n\r\n"


def heads(world) -> list[str]:
    return [request["raw"] for request in world.requests]


@pytest.mark.parametrize(
    "status",
    [
        pytest.param(301, id="dyn_013"),
        pytest.param(302, id="dyn_014"),
        pytest.param(307, id="dyn_016"),
        pytest.param(308, id="dyn_017"),
        303,
    ],
)
def test_to_an_internal_literal(world, status):
    world.script(routes={"/": to("http://127.0.0.1:8765/?token=s3cret", status)})
    outcome = world.get(HERE)
    assert (outcome["category"], outcome["type"]) == ("address", "INTERNAL_NETWORK")
    hops = [(record["hop"], record["status"], record["url"]) for record in outcome["records"]]
    assert hops == [
        (0, status, f"{HERE}/"),
        (1, None, "http://127.0.0.1:8765/?token=***"),
    ]
    assert world.connections == [f"{PUBLIC}:80"]


@pytest.mark.parametrize(
    "location",
    [
        *("http://2130706433/", "http://0x7f.1/", "http://[::ffff:7f00:1]/", "http:127.0.0.1"),
        *(
            "http:\\\\127.0.0.1\\",
            "//127.0.0.1/",
            "http://a@127.0.0.1/",
            "http://127.1/",
            "\\\\127.0.0.1",
        ),
        *("http://localhost/", "http://[::1]:8765/", "//10.0.0.7/", "http://169.254.169.254/"),
        "http://127\u30020\u30020\u30021/",
    ],
)
def test_dyn_019_to_encoded_forms(world, location):
    world.script(routes={"/": to(location.encode().decode("latin-1"))})
    outcome = world.get(HERE)
    assert not outcome["ok"]
    assert outcome["category"] in {"address", "url", "host", "userinfo", "hostname"}
    assert world.connections == [f"{PUBLIC}:80"]


@pytest.mark.parametrize(
    "location",
    [
        *(
            "file:///etc/passwd",
            "ftp://93.184.215.15/",
            "gopher://93.184.215.15/",
            "data:text/plain,x",
        ),
        *("ws://93.184.215.15/", "tcp://93.184.215.15/", "unix:/x", "javascript:alert(1)"),
    ],
)
def test_dyn_020_to_another_scheme(world, location):
    world.script(routes={"/": to(location)})
    outcome = world.get(HERE)
    assert (outcome["category"], outcome["type"]) == ("scheme", "INVALID_PROTOCOL")
    assert world.connections == [f"{PUBLIC}:80"]


def test_dyn_022_a_chain_within_the_limit(world):
    chain = {f"/{n}": to(f"/{n + 1}") for n in range(1, 5)}
    world.script(
        zone={"a.test": [[PUBLIC]], "b.test": [[OTHER]]},
        routes={"/0": to("http://b.test/1"), **chain},
    )
    outcome = world.get("http://a.test/0", max_redirects=5)
    assert outcome["ok"] and outcome["body"] == f"{OTHER}:80"
    assert len(outcome["redirects"]) == 5 and outcome["final_url"] == "http://b.test/5"
    assert world.asked == ["a.test", "b.test"]


def test_dyn_023_a_chain_over_the_limit(world):
    world.script(routes={"/": to("/")})
    outcome = world.get(HERE, max_redirects=5)
    assert (outcome["category"], outcome["type"]) == ("too_many_redirects", "TOO_MANY_REDIRECTS")
    assert len(world.requests) == 6


def test_dyn_025_an_internal_hop_in_the_middle(world):
    world.script(routes={"/": to("http://10.0.0.7/back"), "/back": to(f"{THERE}/")})
    assert world.get(HERE)["category"] == "address"
    assert world.connections == [f"{PUBLIC}:80"]


@pytest.mark.parametrize("extra", [[], [["X-Api-Key", "s3cret"], ["X-Marked", "s3cret"]]])
def test_dyn_026_credentials_do_not_reach_another_origin(world, extra):
    world.script(routes={"/": to(f"{THERE}/end", 307)})
    outcome = world.get(
        HERE,
        headers=[*SECRETS, *extra, ["X-Plain", "yes"]],
        sensitive_headers=["x-marked"],
        allow_plain_http=True,
    )
    assert outcome["ok"]
    first, second = heads(world)
    assert first.count("s3cret") == 3 + len(extra)
    assert "s3cret" not in second and "X-Plain: yes" in second


@pytest.mark.parametrize("there", [f"{HERE}:8080", "https://secure.test", "http://sub.a.test"])
def test_dyn_026_port_scheme_and_sub_domain_are_other_origins(world, there):
    world.listen(PUBLIC, 8080)
    world.listen(PUBLIC, 443, "good")
    world.script(
        zone={name: [[PUBLIC]] for name in ("a.test", "sub.a.test", "secure.test")},
        routes={"/": to(f"{there}/end")},
    )
    outcome = world.get("http://a.test", headers=SECRETS, allow_plain_http=True)
    assert outcome["ok"], outcome
    assert "s3cret" not in heads(world)[1]


def test_dyn_028_a_secret_of_the_query_is_not_added_again(world):
    world.script(routes={"/": to(f"{THERE}/end?x=1")})
    outcome = world.get(f"{HERE}/?api_key=s3cret")
    assert outcome["ok"] and "s3cret" not in heads(world)[1]
    assert "s3cret" not in str(outcome["records"])


@pytest.mark.parametrize("status", [307, 308])
def test_dyn_029_a_body_is_not_sent_to_another_origin(world, status):
    world.script(routes={"/": to(f"{THERE}/", status)})
    reply = world.send({"method": "POST", "url": HERE, "body": "s3cret"})
    [outcome] = reply["outcomes"]
    assert (outcome["category"], outcome["type"]) == ("blocked_redirect", "BLOCKED_URL")
    assert world.connections == [f"{PUBLIC}:80"]


def test_dyn_029_the_same_origin_gets_the_body_again(world):
    world.script(routes={"/": to("/end", 307)})
    assert world.send({"method": "POST", "url": HERE, "body": "text"})["outcomes"][0]["ok"]
    assert heads(world)[1].startswith("POST /end") and heads(world)[1].endswith("\r\n\r\ntext")


def test_dyn_031_credentials_do_not_come_back(world):
    world.script(routes={"/": to(f"{THERE}/back"), "/back": to(f"{HERE}/end")})
    outcome = world.get(HERE, headers=SECRETS, allow_plain_http=True)
    assert outcome["ok"] and outcome["final_url"] == f"{HERE}/end"
    assert ["s3cret" in head for head in heads(world)] == [True, False, False]


def test_dyn_032_host_is_always_the_urls_own(world):
    world.script(routes={"/": to(f"{THERE}/end")})
    assert world.get(HERE, headers=[["Host", "internal.admin"]])["category"] == "invalid_header"
    assert world.connections == []
    assert world.get(HERE)["ok"]
    assert [
        f"Host: {host}\r\n" in head
        for host, head in zip((PUBLIC, OTHER), heads(world), strict=True)
    ] == [
        True,
        True,
    ]


ODD = {
    "missing": ("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", None),
    "empty": (to(""), {"url"}),
    "two": (to("/a", 302, "Location: /b"), {"protocol_error"}),
    "long": (to("/" + "a" * 65_536), {"protocol_error"}),
    "raw bytes": (to("/\xff\xfe"), {"ok"}),
    "fragment": (to("#x"), {"too_many_redirects"}),
    "parent": (to(".."), {"too_many_redirects"}),
    "query": (to("?q"), {"too_many_redirects"}),
    "line break": (to("/a\rX: 1"), {"protocol_error", "url"}),
    "nul": (to("/a\x00b"), {"protocol_error", "url"}),
    "space": (to("http://a b/"), {"host"}),
}


@pytest.mark.parametrize("kind", ODD)
def test_dyn_034_odd_locations(world, kind):
    answer, categories = ODD[kind]
    world.script(routes={"/": answer})
    outcome = world.get(HERE)
    if categories is None:
        assert outcome["ok"] and outcome["status"] == 302
    else:
        assert (outcome.get("category") or "ok") in categories, outcome
    assert set(world.connections) == {f"{PUBLIC}:80"}


@pytest.mark.parametrize(
    ("status", "header"),
    [
        *(
            (200, "Refresh: 0; url="),
            (200, "Content-Location: "),
            (200, "Alt-Svc: h2="),
            (201, "Location: "),
        ),
        *((300, "Location: "), (304, "Location: "), (305, "Location: "), (306, "Location: ")),
        *((200, "Link: rel=preload; <"), (200, "Location: ")),
    ],
)
def test_dyn_035_other_signals_are_not_followed(world, status, header):
    page = f'<meta http-equiv="refresh" content="0; url={THERE}/">'
    length = 0 if status == 304 else len(page)
    world.script(
        routes={
            "/": f"HTTP/1.1 {status} X\r\n{header}{THERE}/\r\nContent-Length: {length}\r\n\r\n{page[:length]}"
        }
    )
    outcome = world.get(HERE)
    assert outcome["ok"] and outcome["status"] == status and outcome["redirects"] == []
    assert world.connections == [f"{PUBLIC}:80"]


def test_https_to_http_is_refused(world):
    world.listen(PUBLIC, 443, "good")
    world.script(zone={"secure.test": [[PUBLIC]]}, routes={"/": to("http://secure.test/end")})
    assert world.get("https://secure.test/")["category"] == "blocked_redirect"
    assert world.connections == [f"{PUBLIC}:443"]

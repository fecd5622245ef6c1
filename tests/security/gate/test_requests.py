"""Scenarios of what a user may ask for: nothing odd reaches a socket."""

import pytest

PUBLIC = "93.184.215.14"
HERE = f"http://{PUBLIC}"
BREAKS = {"crlf": "\r\n", "lf": "\n", "cr": "\r", "nul": "\0", "u2028": "\u2028"}


def test_dyn_037_the_environments_proxies_and_netrc_are_ignored(world, tmp_path):
    world.listen(PUBLIC, 3128)
    home = tmp_path / "home"
    home.mkdir()
    (home / ".netrc").write_text(f"machine {PUBLIC} login s3cret password s3cret\n")
    (home / ".netrc").chmod(0o600)
    proxy = f"http://{PUBLIC}:3128"
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
    program = (
        "import asyncio\n"
        "from tidegate.egress.client import Gate\n"
        "from tidegate.egress.policy import EgressPolicy\n"
        "from tidegate.sdk.http import HttpRequest\n"
        "async def main():\n"
        "    gate = Gate(EgressPolicy())\n"
        f"    print(await gate.bound().request(HttpRequest('GET', '{HERE}/')))\n"
        "    await gate.close()\n"
        "asyncio.run(main())\n"
    )
    python = world.near("python")
    env = dict.fromkeys(names, proxy) | {"NO_PROXY": "", "HOME": str(home)}
    result = world.near("shell", arguments=[python, "-c", program], env=env)
    assert "status=200" in result["out"], result
    assert world.connections == [f"{PUBLIC}:80"]
    assert "s3cret" not in world.requests[0]["raw"]
    assert "uthorization" not in world.requests[0]["raw"]


@pytest.mark.parametrize(
    "url",
    [
        *("http+unix://%2Fvar%2Frun%2Fdocker.sock/info", "unix:///var/run/docker.sock", "unix:/x"),
        *(
            "http:///var/run/docker.sock",
            "http://%2Fvar%2Frun%2Fdocker.sock/",
            "npipe:////./pipe/x",
        ),
        *("http://unix:/var/run/docker.sock:/info", "http://[/var/run/docker.sock]/"),
    ],
)
def test_dyn_040_no_unix_socket(world, url):
    assert world.get(url)["category"] in {"scheme", "host", "hostname", "port", "url"}
    assert world.get(HERE, headers=[["X-Unix-Socket", "/var/run/docker.sock"]])["ok"]


@pytest.mark.parametrize("kind", BREAKS)
@pytest.mark.parametrize(
    "place", ["value", "name", "method", "path", "query", "host", "host header"]
)
def test_dyn_041_line_breaks(world, kind, place):
    mark = f"a{BREAKS[kind]}X-Injected: 1"
    request = {"method": "GET", "url": HERE}
    match place:
        case "value":
            request["headers"] = [["X-A", mark]]
        case "name":
            request["headers"] = [[mark, "1"]]
        case "method":
            request["method"] = f"GET{mark}"
        case "path":
            request["url"] = f"{HERE}/{mark}"
        case "query":
            request["url"] = f"{HERE}/?{mark}"
        case "host":
            request["url"] = f"http://{mark}/"
        case "host header":
            request["headers"] = [["Host", mark]]
    [outcome] = world.send(request)["outcomes"]
    assert outcome["category"] in {"invalid_header", "invalid_method", "url"}
    assert world.connections == []


def test_dyn_041_a_character_that_ends_in_0a_is_a_character(world):
    """U+560A is Chinese text in a path or query: it leaves as three encoded bytes."""
    for place in ("headers", "method", "host"):
        request = {"method": "GET", "url": HERE}
        match place:
            case "headers":
                request["headers"] = [["X-A", "\u560a"]]
            case "method":
                request["method"] = "GET\u560a"
            case "host":
                request["url"] = "http://a\u560ab c/"
        assert not world.send(request)["outcomes"][0]["ok"]
    assert world.connections == []
    assert world.get(f"{HERE}/\u560aX: 1?\u560aX: 1")["ok"]
    head = world.requests[0]["raw"]
    assert head.startswith("GET /%E5%98%8AX:%201?%E5%98%8AX:%201 HTTP/1.1\r\n")
    assert "\nX: 1" not in head


@pytest.mark.parametrize("name", ["X A", "", ":x", "X-A:", "X\tA", "X\x7f", "X(A)", "X-Ä"])
def test_dyn_042_bad_header_names(world, name):
    outcome = world.get(HERE, headers=[[name, "1"]])
    assert (outcome["category"], outcome["type"]) == ("invalid_header", "MALICIOUS_CONTENT")
    assert world.connections == []


def test_dyn_044_no_host_override(world):
    for name in ("Host", "host", "HOST"):
        outcome = world.get(HERE, headers=[[name, "internal.admin"]])
        assert outcome["category"] == "invalid_header"
    assert world.connections == []
    assert world.get(HERE)["ok"]
    assert f"\r\nHost: {PUBLIC}\r\n" in world.requests[0]["raw"]


@pytest.mark.parametrize(
    "method", ["CONNECT", "TRACE", "TRACK", "PRI", "get", "Get", "A" * 300, "", "GET /x HTTP/1.1"]
)
def test_dyn_045_methods(world, method):
    [outcome] = world.send({"method": method, "url": HERE})["outcomes"]
    assert outcome["category"] == "invalid_method"
    assert len(outcome["request_method"]) <= 30
    assert world.connections == []


def test_dyn_047_large_requests_are_refused_before_connecting(world):
    requests = [
        {"method": "POST", "url": HERE, "body": "x" * ((50 << 20) + 1)},
        {"method": "GET", "url": HERE, "headers": [[f"X-{n}", "1"] for n in range(10_000)]},
        {"method": "GET", "url": HERE, "headers": [["X-A", "x" * 70_000]]},
        {"method": "GET", "url": f"{HERE}/{'a' * (1 << 20)}"},
    ]
    outcomes = world.send(*requests)["outcomes"]
    assert [outcome["category"] for outcome in outcomes] == [
        *("limit_exceeded", "limit_exceeded", "limit_exceeded", "url")
    ]
    assert world.connections == []


def test_a_credential_needs_https(world):
    world.listen(PUBLIC, 443, "good")
    world.script(zone={"a.test": [[PUBLIC]]})
    for headers, marked in (
        ([["Authorization", "Bearer s3cret"]], []),
        ([["X-Marked", "s3cret"]], ["x-marked"]),
    ):
        about = {"headers": headers, "sensitive_headers": marked}
        outcome = world.get("http://a.test/", **about)
        assert (outcome["category"], outcome["type"]) == ("https_required", "INVALID_PROTOCOL")
        assert "s3cret" not in str(outcome)
        assert world.connections == []
        assert world.get("https://a.test/", **about)["ok"]
        assert world.get("http://a.test/", **about, allow_plain_http=True)["ok"]
        assert world.get("http://a.test/", **about, policy={"https_with_credentials": False})["ok"]
        world.far("reset")
        world.script(zone={"a.test": [[PUBLIC]]})


def test_an_executions_transfer_and_concurrency_are_limited(world):
    world.script(routes={"/big": "HTTP/1.1 200 OK\r\nContent-Length: 40000\r\n\r\n" + "x" * 40_000})
    big = {"method": "GET", "url": f"{HERE}/big"}
    reply = world.send(*[big] * 4, usage={"max_bytes": 100_000})
    assert [outcome["ok"] for outcome in reply["outcomes"]] == [True, True, False, False]
    assert reply["outcomes"][2]["type"] == "RESOURCE_LIMIT_EXCEEDED"
    world.script(
        routes={"/slow": [["sleep", 0.3], ["send", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]]}
    )
    slow = {"method": "GET", "url": f"{HERE}/slow"}
    reply = world.send(*[slow] * 6, concurrent=True, usage={"max_concurrent": 2})
    assert max(outcome["seconds"] for outcome in reply["outcomes"]) >= 0.9

"""What is kept of answers, for whom, and what is made of it later: without a network or a disk."""

from contextlib import asynccontextmanager
from dataclasses import replace
from email.utils import formatdate
from types import SimpleNamespace

import pytest

from tidegate.egress import caching
from tidegate.egress.caching import CacheScope, CachingGate
from tidegate.errors import HttpError, HttpErrorType, SecurityError
from tidegate.sdk.budget import Budget
from tidegate.sdk.http import HttpRequest, HttpResponse, TlsTrust

URL = "https://api.example.org/list"
FRESH = ("Cache-Control", "max-age=60")
NOW = 1_800_000_000.0


class Inner:
    """The gate behind the cache: gives the next answer, and keeps what it was asked."""

    def __init__(self):
        self.asked, self.ways = [], []
        self.answer = HttpResponse(200, "OK", [FRESH], b"body", URL, 5.0, bytes_in=99)

    async def request(self, request):
        self.asked.append(request)
        self.ways.append("request")
        return self.answer

    @asynccontextmanager
    async def stream(self, request):
        self.asked.append(request)
        self.ways.append("stream")
        yield Stream(self.answer)


class Stream:
    def __init__(self, answer):
        self.answer, self.head = answer, answer._replace(body=b"")

    async def read(self):
        return self.answer

    async def chunks(self):
        for at in range(0, len(self.answer.body), 2):
            yield self.answer.body[at : at + 2]


class Store:
    """Keeps answers in memory."""

    def __init__(self):
        self.kept, self.begun, self.discarded = {}, 0, 0

    async def find(self, url, key):
        found = self.kept.get((url, key))
        return None if found is None else found[0]

    async def pieces(self, url, key, head):
        body = self.kept[url, key][1]
        for at in range(0, len(body), 3):
            yield body[at : at + 3]

    def begin(self, url, key):
        self.begun += 1
        parts = []

        async def append(data):
            parts.append(data)

        async def commit(head):
            body = b"".join(parts)
            self.kept[url, key] = ({**head, "size": len(body)}, body)

        async def discard():
            self.discarded += 1

        return SimpleNamespace(append=append, commit=commit, discard=discard)

    async def update(self, url, key, head):
        self.kept[url, key] = (head, self.kept[url, key][1])

    async def forget(self, url):
        self.kept = {place: found for place, found in self.kept.items() if place[0] != url}


class Cached:
    """A gate with a cache, in the place of a workflow, and a clock."""

    def __init__(self):
        self.inner, self.store, self.now = Inner(), Store(), NOW
        self.readied, self.closed = 0, set()

    def gate(self, *, workflow="w", credential="", budget=None):
        async def ready():
            self.readied += 1

        scope = CacheScope(workflow, credential, lambda url: url not in self.closed, ready, budget)
        return CachingGate(self.inner, self.store, scope)

    async def get(self, url=URL, *, workflow="w", credential="", budget=None, **options):
        request = HttpRequest(options.pop("method", "GET"), url, cache=True, **options)
        made = self.gate(workflow=workflow, credential=credential, budget=budget)
        return await made.request(request)

    def says(self, *headers, body=b"body", status=200, text="OK", **options):
        answer = HttpResponse(status, text, list(headers), body, URL, 5.0, bytes_in=99)
        self.inner.answer = answer._replace(**options)


@pytest.fixture
def cached(monkeypatch):
    made = Cached()
    clock = SimpleNamespace(time=lambda: made.now)
    monkeypatch.setattr(caching, "time", clock)
    import hishel._core._spec as spec

    monkeypatch.setattr(spec, "time", clock, raising=False)
    return made


async def test_a_kept_answer_is_the_whole_answer_and_cost_nothing(cached):
    cached.says(FRESH, ("X-Own", "a"), ("X-Own", "b"), text="Fine")
    first = await cached.get()
    again = await cached.get()
    assert (first.cache, first.body, first.bytes_in) == ("miss", b"body", 99)
    assert again == HttpResponse(
        200,
        "Fine",
        [FRESH, ("X-Own", "a"), ("X-Own", "b")],
        b"body",
        URL,
        0.0,
        cache="hit",
    )
    assert len(cached.inner.asked) == 1
    assert cached.readied == 1


async def test_who_does_not_ask_for_the_cache_does_not_get_it(cached):
    await cached.get()
    gate = cached.gate()
    plain = HttpRequest("GET", URL)
    assert (await gate.request(plain)).cache == ""
    assert cached.inner.ways == ["stream", "request"]
    assert cached.inner.asked[1] is plain
    async with gate.stream(plain) as stream:
        assert stream.head.cache == ""
    assert len(cached.inner.asked) == 3


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
async def test_only_get_without_a_body_is_answered_from_it(cached, method):
    await cached.get()
    assert (await cached.get(method=method)).cache == ""
    assert (await cached.get(body=b"x")).cache == ""
    assert len(cached.inner.asked) == 3
    assert (await cached.get()).cache == "hit"


@pytest.mark.parametrize(
    "name",
    ["If-Match", "if-modified-since", "If-None-Match", "IF-RANGE", "If-Unmodified-Since", "Range"],
)
async def test_an_author_s_own_condition_goes_past_it(cached, name):
    await cached.get()
    assert (await cached.get(headers=[("a", "b"), (name, "x")])).cache == ""
    assert len(cached.inner.asked) == 2


async def test_whose_it_is_and_what_was_asked_tell_answers_apart(cached):
    asks = [
        {},
        {"workflow": "v"},
        {"credential": "c 1"},
        {"credential": "c 2"},
        {"url": URL + "?a=1"},
        {"headers": [("a", "1")]},
        {"headers": [("a", "2")]},
        {"headers": [("a", "1"), ("b", "1")]},
        {"tls": TlsTrust(verify=False)},
        {"tls": TlsTrust(authorities="x")},
    ]
    for ask in asks:
        assert (await cached.get(**ask)).cache == "miss", ask
    for ask in asks:
        assert (await cached.get(**ask)).cache == "hit", ask
    # Keys stand for the whole request, so that no file of one answer passes for another's.
    assert len({key for _, key in cached.store.kept}) == len(asks)
    same = [("B", "1"), ("A", "1")]  # in another order and case
    assert (await cached.get(headers=same)).cache == "hit"
    assert (await cached.get(f" {URL}#part ")).cache == "hit"


async def test_who_asks_for_a_new_answer_gets_one(cached):
    for _ in range(2):
        assert (await cached.get(headers=[("Cache-Control", "no-cache")])).cache == "miss"


async def test_a_url_that_is_shut_by_now_is_asked_for_at_the_gate(cached):
    await cached.get()
    cached.closed.add(URL)
    assert (await cached.get()).cache == "miss"
    assert len(cached.inner.asked) == 2


@pytest.mark.parametrize(
    ("headers", "is_kept"),
    [
        ([FRESH], True),
        ([("ETag", '"a"')], True),
        ([("Last-Modified", formatdate(NOW - 9, usegmt=True))], True),
        ([("Expires", formatdate(NOW + 90, usegmt=True))], True),
        ([("Cache-Control", "public")], False),
        ([("Cache-Control", "no-store, max-age=60")], False),
        ([], False),
    ],
)
async def test_what_can_never_be_used_again_is_not_written(cached, headers, is_kept):
    cached.says(*headers)
    assert (await cached.get()).cache == "miss"
    assert cached.store.begun == len(cached.store.kept) == cached.readied == is_kept


@pytest.mark.parametrize("status", [199, 300, 301, 404, 500])
async def test_only_success_is_kept(cached, status):
    cached.says(FRESH, status=status)
    assert (await cached.get()).status == status
    assert cached.store.begun == 0


async def test_an_answer_that_came_by_a_redirect_is_not_kept(cached):
    cached.says(FRESH, redirects=("https://other.example.org/",))
    await cached.get()
    assert cached.store.begun == 0


async def test_a_body_is_kept_in_pieces_and_only_whole(cached):
    request = HttpRequest("GET", URL, cache=True)
    async with cached.gate().stream(request) as stream:
        assert stream.head.cache == "miss"
        assert b"".join([piece async for piece in stream.chunks()]) == b"body"
    async with cached.gate().stream(request) as stream:
        assert stream.head.cache == "hit"
        assert [piece async for piece in stream.chunks()] == [b"bod", b"y"]
    cached.store.kept.clear()
    async with cached.gate().stream(request) as stream:
        async for _ in stream.chunks():
            break  # somebody has enough
    with pytest.raises(ZeroDivisionError):
        async with cached.gate().stream(request) as stream:
            await stream.read()
            raise ZeroDivisionError
    assert cached.store.kept == {}
    assert cached.store.discarded == 2


async def test_a_stale_answer_is_asked_about_with_what_it_came_with(cached):
    modified = formatdate(NOW - 100, usegmt=True)
    cached.says(("ETag", '"a"'), ("Last-Modified", modified), ("Content-Type", "x/y"), text="Fine")
    await cached.get(headers=[("X", "1")])
    cached.says(
        ("ETag", '"a"'), ("X-New", "n"), ("Content-Type", "z"), status=304, body=b"", text="No"
    )
    cached.now += 50  # longer than a tenth of its age, by which such an answer is fresh
    again = await cached.get(headers=[("X", "1")])
    assert list(cached.inner.asked[1].headers) == [
        ("X", "1"),
        ("If-None-Match", '"a"'),
        ("If-Modified-Since", modified),
    ]
    assert (again.status, again.status_text, again.body) == (200, "Fine", b"body")
    assert (again.cache, again.bytes_in, again.response_time) == ("revalidated", 99, 5.0)
    # Its own fields replace those that were kept, but for what describes the body.
    assert again.header("x-new") == "n"
    assert again.header("content-type") == "x/y"
    assert again.header("last-modified") == modified
    assert [value for name, value in again.headers if name == "ETag"] == ['"a"']
    confirmed = await cached.get(headers=[("X", "1")])
    assert confirmed.header("x-new") == "n"


@pytest.mark.parametrize(
    "name", ["content-encoding", "Content-Type", "content-range", "Content-Length"]
)
async def test_what_a_confirmation_says_of_its_own_body_is_not_of_the_kept_one(cached, name):
    cached.says(("ETag", '"a"'))
    await cached.get()
    cached.says(("etag", '"a"'), (name, "0"), status=304, body=b"")
    again = await cached.get()
    assert again.header(name) is None
    assert [key.lower() for key, _ in again.headers] == ["etag"]


async def test_another_answer_takes_the_place_of_a_stale_one(cached):
    cached.says(("ETag", '"a"'))
    await cached.get()
    cached.says(("ETag", '"b"'), body=b"two")
    assert (await cached.get()).body == b"two"
    await cached.get()
    assert cached.inner.asked[2].headers[-1] == ("If-None-Match", '"b"')


async def test_an_answer_s_age_is_counted_from_when_it_was_made(cached):
    for headers in (
        [FRESH, ("Age", "61")],
        [FRESH, ("Date", formatdate(NOW - 61, usegmt=True))],
        [FRESH, ("Age", "61"), ("Date", formatdate(NOW, usegmt=True))],
    ):
        cached.store.kept.clear()
        cached.says(*headers)
        await cached.get()
        [(head, _)] = cached.store.kept.values()
        assert head["date"] == formatdate(NOW - 61, usegmt=True)
    for headers in (
        [FRESH],
        [FRESH, ("Age", "x")],
        [FRESH, ("Age", "1" * 10)],
        [FRESH, ("Age", "\N{ARABIC-INDIC DIGIT NINE}")],
        [FRESH, ("Date", "yesterday")],
        [FRESH, ("Date", formatdate(NOW + 500, usegmt=True))],  # a clock that goes before
    ):
        cached.store.kept.clear()
        cached.says(*headers)
        await cached.get()
        [(head, _)] = cached.store.kept.values()
        assert head["date"] == formatdate(NOW, usegmt=True)


async def test_what_changes_a_url_makes_its_answers_forgotten(cached):
    await cached.get()
    await cached.get(headers=[("a", "1")])
    await cached.get(URL + "?other")
    cached.says(status=400)
    await cached.get(method="POST")
    assert len(cached.store.kept) == 3  # it changed nothing
    cached.says(status=399)
    await cached.gate(workflow="v").request(HttpRequest("DELETE", URL))
    assert len(cached.store.kept) == 3  # of another workflow
    await cached.gate().request(HttpRequest("DELETE", f"{URL}#part"))
    cached.says(FRESH)
    assert len(cached.store.kept) == 1
    assert (await cached.get(URL + "?other")).cache == "hit"
    assert (await cached.get()).cache == "miss"


async def test_a_kept_body_is_bounded_and_charged_like_any_other(cached):
    await cached.get()
    assert (await cached.get(max_response=4)).body == b"body"
    with pytest.raises(HttpError) as caught:
        await cached.get(max_response=3)
    assert caught.value.type is HttpErrorType.RESPONSE_TOO_LARGE
    assert caught.value.message == "the answer that was kept is larger than the request's limit"
    budget = Budget(memory=6)
    await cached.get(budget=budget)
    assert budget.alloc == 2
    with pytest.raises(SecurityError, match=r"a response \(or stream it to a file\)"):
        await cached.get(budget=budget)
    request = replace(HttpRequest("GET", URL, cache=True))
    async with cached.gate(budget=budget).stream(request) as stream:
        assert [piece async for piece in stream.chunks()] == [b"bod", b"y"]
    assert budget.alloc == 2  # what is not held is not charged

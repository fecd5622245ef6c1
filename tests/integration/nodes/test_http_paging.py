"""Pages of a real server, in every way that APIs have them."""

import pytest

from tidegate import codec
from tidegate.config import LimitSettings
from tidegate.errors import NodeFailed
from tidegate.model.workflow import NodeSettings
from tidegate.nodes.http.request import HttpRequestNode

ALL = [{"id": n} for n in range(1, 8)]


def page(*ids, **more):
    return {"results": [{"id": n} for n in ids], **more}


@pytest.fixture
def take(runner, service):
    async def take(path="/list", settings=None, items=({},), **params):
        params = {"url": service.url(path), "output": "body", **params}
        return await runner.engine(HttpRequestNode, params, items, settings=settings)

    return take


def asked(service):
    return [f"{seen.path}?{seen.query}" for seen in service.requests]


async def test_the_header_link(take, service):
    link = '<{}>; rel="prev", <{}>; title="a, b"; rel="last next"'
    for number, ids in ((1, (1, 2, 3)), (2, (4, 5, 6)), (3, (7,))):
        following = service.url(f"/list?page={number + 1}")
        headers = {"Link": link.format("/x", following)} if number < 3 else {"Link": "<x>; rel=up"}
        service.mock_response(
            f"/list?page={number}", json=[{"id": n} for n in ids], headers=headers
        )
    assert await take("/list?page=1", pagination="link_header") == ALL
    assert asked(service) == ["/list?page=1", "/list?page=2", "/list?page=3"]


async def test_the_next_url_in_the_body_may_be_relative(take, service):
    service.mock_response("/list", json=page(1, 2, 3, next="/more?c=1"))
    service.mock_response("/more?c=1", json=page(4, 5, 6, next="?c=2"))
    service.mock_response("/more?c=2", json=page(7, next=None))
    made = await take(
        pagination="next_url",
        next="{{ response.data.next }}",
        page_items="{{ response.data.results }}",
    )
    assert made == ALL


async def test_a_cursor_in_the_query_or_in_the_body(take, service):
    service.mock_response("/list", json=page(1, 2, 3, cursor="a b"), method="POST")
    service.mock_response("/list", json=page(4, 5, 6, 7, cursor=""), method="POST")
    common = {
        "method": "POST",
        "body": {"size": 3},
        "pagination": "cursor",
        "next": "{{ response.data.cursor }}",
        "page_items": "{{ response.data.results }}",
        "page_parameter": "after",
    }
    assert await take(**common) == ALL
    assert service.requests[1].query == "after=a%20b"
    service.clear()
    service.mock_response("/list", json=page(1, cursor="a b"), method="POST")
    service.mock_response("/list", json=page(2, cursor=None), method="POST")
    await take(**common, page_in="body")
    assert service.requests[1].json() == {"size": 3, "after": "a b"}


async def test_page_numbers_end_with_an_empty_page(take, service):
    service.mock_response("/list?size=3&page=1", json=page(1, 2, 3))
    service.mock_response("/list?size=3&page=2", json=page(4, 5, 6, 7))
    service.mock_response("/list?size=3&page=3", json=page())
    assert await take(query={"size": 3}, pagination="page_number") == ALL  # the only list is taken
    assert len(service.requests) == 3


async def test_an_offset_ends_with_a_short_page(take, service):
    service.mock_response("/list?skip=0", json=[{"id": n} for n in (1, 2, 3)])
    service.mock_response("/list?skip=3", json=[{"id": n} for n in (4, 5, 6)])
    service.mock_response("/list?skip=6", json=[{"id": 7}])
    assert await take(pagination="offset", page_parameter="skip", page_size=3) == ALL
    assert len(service.requests) == 3


async def test_an_expression_says_everything_of_the_next_request(take, service):
    service.mock_response("/list", json=page(1, 2, 3))
    service.mock_response("/other", json=page(4, 5, 6, 7))
    following = (
        "{{ {'url': '/other', 'query': {'n': page.number + 1}, 'headers': {'X-Page': '2'}} "
        "if page.number < 1 else None }}"
    )
    assert await take(pagination="expression", next=following) == ALL
    assert service.requests[1].headers["x-page"] == "2"


@pytest.mark.parametrize(
    ("following", "said"),
    [
        ("{{ 5 }}", "next gave a number"),
        ("{{ {'uri': '/x'} }}", "an object with uri"),
        ("{{ {'query': 1} }}", "as query"),
    ],
)
async def test_what_is_no_page_is_said(take, service, following, said):
    service.mock_response("/list", json=page(1))
    with pytest.raises(NodeFailed, match=said):
        await take(pagination="expression", next=following)


async def test_the_next_page_stays_on_its_origin(take, service):
    """The request's headers would go there."""
    service.mock_response("/list", json=page(1, next="https://evil.example/list"))
    with pytest.raises(NodeFailed, match="another origin") as caught:
        await take(
            pagination="next_url",
            next="{{ response.data.next }}",
            headers={"X-Api-Key": "s3cret-key-of-mine"},
            settings=NodeSettings(retry={"max_retries": 0}),
        )
    assert caught.value.details["security_rule"] == "http.page_origin"


async def test_limits(take, service):
    service.mock_response("/list", json=page(1, 2, 3, next="/list?x=1"))
    service.mock_response("/list?x=1", json=page(4, 5, 6, next="/list?x=2"))
    service.mock_response("/list?x=2", json=page(7, 8))
    common = {
        "pagination": "next_url",
        "next": "{{ response.data.next }}",
        "page_items": "{{ response.data.results }}",
    }
    assert await take(**common, max_pages=2) == ALL[:6]
    assert await take(**common, max_items=5) == ALL[:5]
    assert await take(**common, max_items=3) == ALL[:3]


@pytest.mark.parametrize("pagination", ["page_number", "offset"])
async def test_a_server_that_ignores_the_page_ends_it(take, service, pagination):
    service.mock_response("/list", json=page(1, 2, 3))
    assert await take(pagination=pagination) == ALL[:3]
    assert len(service.requests) == 2


async def test_a_circle_of_pages_ends(take, service):
    service.mock_response("/a", json=page(1, next="/b"))
    service.mock_response("/b", json=page(2, next="/c"))
    service.mock_response("/c", json=page(3, next="/b"))
    made = await take(
        "/a",
        pagination="next_url",
        next="{{ response.data.next }}",
        page_items="{{ response.data.results }}",
    )
    assert [item["id"] for item in made] == [1, 2, 3]


async def test_a_failing_page_is_repeated_and_no_other(take, service):
    for n in (1, 2, 3):
        for _ in range(2):
            service.mock_response(f"/list?page={n}", status=503)
        service.mock_response(f"/list?page={n}", json=page(n))
    service.mock_response("/list?page=4", json=page())
    settings = NodeSettings(retry={"max_retries": 2, "retry_delay": 0})
    made = await take(pagination="page_number", settings=settings)
    assert [item["id"] for item in made] == [1, 2, 3]
    assert [seen.query for seen in service.requests].count("page=2") == 3


async def test_pages_of_several_items_keep_their_order(take, service):
    for name in "abc":
        service.mock_response(
            f"/{name}?page=1", json=[{"n": f"{name}1"}], delay=0.1 * (name == "a")
        )
        service.mock_response(f"/{name}?page=2", json=[{"n": f"{name}2"}])
        service.mock_response(f"/{name}?page=3", json=[])
    made = await take(
        "/{{ json.name }}", items=[{"name": n} for n in "abc"], pagination="page_number"
    )
    assert [item["n"] for item in made] == ["a1", "a2", "b1", "b2", "c1", "c2"]


async def test_whole_responses_instead_of_their_items(take, service):
    service.mock_response("/list?page=1", json=page(1, 2))
    service.mock_response("/list?page=2", json=page())
    made = await take(pagination="page_number", output="response")
    assert [item["data"] for item in made] == [page(1, 2), page()]


async def test_memory_of_pages_is_given_back(take, runner, service):
    body = codec.encode([{"text": "x" * 1000} for _ in range(200)])
    for n in range(1, 60):
        service.mock_response(
            f"/list?page={n}",
            body=body[:-1] + b',{"n":%d}]' % n,
            headers={"Content-Type": "application/json"},
        )
    service.mock_response("/list?page=60", json=[])
    params = {"url": service.url("/list"), "output": "body", "pagination": "page_number"}
    limits = LimitSettings(memory=2)
    made = await runner.engine(HttpRequestNode, params, limits=limits)
    assert len(made) == 59 * 201

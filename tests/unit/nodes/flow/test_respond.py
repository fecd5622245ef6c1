import pytest
from caller import Caller

from tidegate.nodes.flow.respond import Respond
from tidegate.sdk import FileRef, Item, NodeFailed

ITEMS = [Item({"n": 1}), Item({"n": 2})]


async def replies(new_bench, params, items=ITEMS, *, is_stream=False):
    caller = Caller(is_stream=is_stream)
    bench = new_bench(reply=caller)
    assert (await bench.items(Respond, params, items))["main"] == list(items), "they pass"
    return caller.got


@pytest.mark.parametrize(
    ("params", "status", "content_type", "body"),
    [
        ({}, 0, "application/json", b'{"n":1}'),
        ({"respond_with": "items"}, 0, "application/json", b'[{"n":1},{"n":2}]'),
        ({"respond_with": "json", "body": [1], "status": 201}, 201, "application/json", b"[1]"),
        ({"respond_with": "text", "text": "hi"}, 0, "text/plain; charset=utf-8", b"hi"),
        ({"respond_with": "nothing"}, 204, None, b""),
    ],
)
async def test_answers(new_bench, params, status, content_type, body):
    (reply,) = await replies(new_bench, params)
    assert (reply.status, reply.headers.get("content-type"), reply.body) == (
        status,
        content_type,
        body,
    )


async def test_a_file_goes_as_it_is(new_bench):
    ref = FileRef("key", "a.bin", "application/x-own", 3, "sha")
    given = [Item({}, {"doc": ref})]
    (reply,) = await replies(new_bench, {"respond_with": "file", "file": "doc"}, given)
    assert (reply.body, reply.headers["content-type"]) == (ref, "application/x-own")
    with pytest.raises(NodeFailed, match="no file 'other'; its files: doc"):
        await replies(new_bench, {"respond_with": "file", "file": "other"}, given)


async def test_a_redirect_says_where(new_bench):
    (reply,) = await replies(new_bench, {"respond_with": "redirect", "url": "https://a.example/"})
    assert (reply.status, reply.headers["location"]) == (302, "https://a.example/")


async def test_a_stream_gets_every_item_and_others_the_first(new_bench):
    assert len(await replies(new_bench, {})) == 1
    parts = await replies(new_bench, {}, is_stream=True)
    assert [part.body for part in parts] == [b'{"n":1}\n', b'{"n":2}\n']


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"headers": {"Set-Cookie": "a=b"}}, "can't set the header 'Set-Cookie'"),
        ({"headers": {"Content-Security-Policy": "x"}}, "can't set the header"),
        ({"headers": {"X": "a\r\nSet-Cookie: b"}}, "only printable ASCII"),
        ({"headers": {"X: y": "a"}}, "no name of a header"),
        ({"respond_with": "redirect", "url": "/a\nb"}, "only printable ASCII"),
        ({"status": 99}, "from 200 to 599"),
        ({"status": 101}, "from 200 to 599"),
    ],
)
async def test_what_an_answer_can_not_have(new_bench, params, message):
    with pytest.raises(NodeFailed, match=message):
        await replies(new_bench, params)

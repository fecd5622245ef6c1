import json

import pytest

from tidegate.config import LimitSettings
from tidegate.errors import NodeFailed
from tidegate.nodes.files.delete import DeleteFile
from tidegate.nodes.files.list import ListFiles
from tidegate.nodes.files.move import MoveFile
from tidegate.nodes.files.read import ReadFile
from tidegate.nodes.files.write import WriteFile
from tidegate.nodes.http.request import HttpRequestNode
from tidegate.sdk import Item


@pytest.fixture
def root(runner):
    return runner.root


@pytest.fixture
def read(runner):
    async def read(path, items=({},), **params):
        return await runner.engine(ReadFile, {"path": path, **params}, items)

    return read


@pytest.fixture
def write(runner):
    async def write(path, items, **params):
        made = await runner.engine(WriteFile, {"path": path, **params}, items)
        return [(item["path"], item["items"]) for item in made]

    return write


def text_of(path):
    return path.read_bytes().decode()


async def test_read_text(root, read):
    (root / "a.txt").write_bytes("\ufeffgrün\r\n".encode())
    (made,) = await read("a.txt")
    assert made.pop("modified_at").endswith("Z")
    assert made == {"path": "a.txt", "name": "a.txt", "size": 10, "text": "grün\r\n"}
    (root / "b.txt").write_bytes("grün".encode("latin-1"))
    with pytest.raises(NodeFailed, match=r"b\.txt: the file is not in the encoding utf-8"):
        await read("b.txt")
    assert (await read("b.txt", encoding="latin-1"))[0]["text"] == "grün"


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("", []),
        ("one", ["one"]),
        ("one\n", ["one"]),
        ("one\r\ntwo\r\n", ["one", "two"]),
        ("\n\n", ["", ""]),
        ("a\u2028b\x0cc\n", ["a\u2028b\x0cc"]),
    ],
)
async def test_read_lines(root, read, content, lines):
    (root / "a.txt").write_bytes(content.encode())
    made = await read("a.txt", format="lines")
    assert made == [{"line": n, "text": line} for n, line in enumerate(lines, 1)]


async def test_read_a_file_for_each_item(root, read):
    (root / "1.csv").write_text("n,t\n1,a\n2,b\n")
    (root / "2.csv").write_text("n,t\n3,c\n")
    made = await read(
        "{{ json.id }}.csv",
        [{"id": 1}, {"id": 2}],
        format="csv",
        csv_options={"detect_types": True},
    )
    assert made == [{"n": 1, "t": "a"}, {"n": 2, "t": "b"}, {"n": 3, "t": "c"}]


@pytest.mark.parametrize(
    ("format", "content", "made"),
    [
        ("json", '[{"a": 1}, 2]', [{"a": 1}, {"value": 2}]),
        ("json", '{"a": 100000000000000000001}', [{"a": 10**20 + 1}]),
        ("json_lines", '{"a": 1}\n\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        ("csv", 'a,b\n"x\ny",2\n', [{"a": "x\ny", "b": "2"}]),
    ],
)
async def test_read_formats(root, read, format, content, made):
    (root / "a").write_text(content)
    assert await read("a", format=format) == made


async def test_read_rows_inside_json(root, read):
    (root / "a").write_text('{"data": {"rows": [{"a": 1}]}}')
    assert await read("a", format="json", rows="data.rows") == [{"a": 1}]


@pytest.mark.parametrize(
    ("format", "content", "message"),
    [
        ("json", '{"a": NaN}', "byte 6"),
        ("json_lines", '{"a": 1}\n{"a"}', "line 2"),
        ("csv", "a,b\n1\n", "line 2"),
    ],
)
async def test_read_says_where_a_file_is_wrong(root, read, format, content, message):
    (root / "a").write_text(content)
    with pytest.raises(NodeFailed, match=f"^a: .*{message}"):
        await read("a", format=format)


async def test_read_as_a_file_of_the_item(runner, root):
    (root / "a.pdf").write_bytes(b"%PDF")
    (item,) = await runner.run(ReadFile, {"path": "a.pdf", "format": "file", "file": "doc"})
    ref = item.files["doc"]
    assert (ref.name, ref.content_type, ref.size) == ("a.pdf", "application/pdf", 4)
    assert item.json["content_type"] == "application/pdf"


@pytest.mark.parametrize("path", ["", 5, None, ["a"]])
async def test_a_path_must_be_text(read, path):
    with pytest.raises(NodeFailed, match="the path is"):
        await read("{{ json.path }}", [{"path": path}])


async def test_a_large_csv_stays_in_the_budget(runner, root):
    with (root / "big.csv").open("w") as file:
        file.write("n,pad\n")
        file.writelines(f"{n},{'x' * 500}\n" for n in range(60_000))
    params = {"path": "big.csv", "format": "csv"}
    made = await runner.engine(ReadFile, params, limits=LimitSettings(memory=4))
    assert [row["n"] for row in made] == [str(n) for n in range(60_000)]


async def test_many_json_files_stay_in_the_budget(runner, root):
    (root / "a.json").write_text(json.dumps([{"t": "x" * 1000}] * 500))
    params = {"path": "a.json", "format": "json"}
    made = await runner.engine(ReadFile, params, [{}] * 30, limits=LimitSettings(memory=8))
    assert len(made) == 15_000


async def test_write_csv(root, write):
    items = [{"n": 1, "t": "a,b"}, {"n": None, "x": [1], "t": "=1+1"}]
    assert await write("new/a.csv", items) == [("new/a.csv", 2)]
    assert text_of(root / "new/a.csv") == 'n,t,x\r\n1,"a,b",\r\n,\'=1+1,[1]\r\n'


async def test_write_a_file_for_each_path(root, write):
    items = [{"m": "may", "n": n} for n in range(3)] + [{"m": "june", "n": 3}]
    made = await write("{{ json.m }}.json", items, format="json")
    assert made == [("may.json", 3), ("june.json", 1)]
    assert json.loads(text_of(root / "may.json")) == items[:3]
    assert json.loads(text_of(root / "june.json")) == items[3:]


async def test_mixed_paths_are_sorted_out(root, write):
    items = [{"m": "ab"[n % 2], "n": n} for n in range(6)]
    assert await write("{{ json.m }}.json", items, format="json") == [("a.json", 3), ("b.json", 3)]
    assert json.loads(text_of(root / "a.json")) == items[::2]


async def test_a_path_that_comes_again_much_later_is_added_to(root, write):
    items = [{"m": "ab"[n % 2], "n": n} for n in range(4000)]
    made = await write("{{ json.m }}.csv", items)
    assert len(made) < 10
    assert sum(count for _, count in made) == 4000
    for start, name in enumerate("ab"):
        rows = [f"{name},{n}" for n in range(start, 4000, 2)]
        assert text_of(root / f"{name}.csv").splitlines() == ["m,n", *rows]
    with pytest.raises(NodeFailed, match="sort the items by their path"):
        await write("{{ json.m }}.json", items, format="json")


async def test_items_that_follow_each_other_are_one_file_over_batches(root, write):
    items = [{"m": m, "n": n} for m in "abc" for n in range(1500)]
    made = await write("{{ json.m }}.json", items, format="json")
    assert made == [("a.json", 1500), ("b.json", 1500), ("c.json", 1500)]
    assert json.loads(text_of(root / "b.json")) == items[1500:3000]


async def test_a_file_for_each_item(root, write):
    made = await write("{{ json.n }}.json", [{"n": n} for n in range(2500)], format="json")
    assert made == [(f"{n}.json", 1) for n in range(2500)]


async def test_write_modes(root, write):
    (root / "a.csv").write_text("n\r\n1\r\n")
    with pytest.raises(NodeFailed, match=r"'a\.csv' exists already"):
        await write("a.csv", [{"n": 2}])
    await write("a.csv", [{"n": 2}], mode="append")
    assert text_of(root / "a.csv") == "n\r\n1\r\n2\r\n"
    await write("a.csv", [{"n": 3}], mode="overwrite")
    assert text_of(root / "a.csv") == "n\r\n3\r\n"
    await write("new.csv", [{"n": 3}], mode="append")
    assert text_of(root / "new.csv") == "n\r\n3\r\n"


async def test_rows_are_added_under_the_header_that_is_there(root, write):
    (root / "a.csv").write_text('b,"x.y",a\r\n')
    await write("a.csv", [{"a": 1, "b": 2, "x.y": 3}, {"a": 4}], mode="append")
    assert text_of(root / "a.csv") == 'b,"x.y",a\r\n2,3,1\r\n,,4\r\n'
    before = text_of(root / "a.csv")
    with pytest.raises(NodeFailed, match=r"no column 'c'; it has: b, x\.y, a"):
        await write("a.csv", [{"a": 1}, {"c": 1}], mode="append")
    with pytest.raises(NodeFailed, match="not those that are listed"):
        await write("a.csv", [{"a": 1}], mode="append", csv_options={"columns": ["a"]})
    assert text_of(root / "a.csv") == before


async def test_write_json_lines_and_text(root, write):
    await write("a.jsonl", [{"n": 1}, {"n": "ü"}], format="json_lines")
    assert text_of(root / "a.jsonl") == '{"n":1}\n{"n":"ü"}\n'
    await write("a.log", [{"n": 1}, {"n": 2}], format="text", text="{{ json.n }}!", mode="append")
    await write(
        "a.log", [{"n": 3}], format="text", text="{{ json.n }}", mode="append", end_of_line=False
    )
    assert text_of(root / "a.log") == "1!\n2!\n3"
    with pytest.raises(NodeFailed, match="write json_lines"):
        await write("a.json", [{"n": 1}], format="json", mode="append")


async def test_nothing_to_write_writes_nothing(root, write):
    assert await write("a.csv", []) == []
    assert list(root.iterdir()) == []


async def test_a_failure_leaves_no_file(root, write):
    with pytest.raises(NodeFailed):
        await write("a.txt", [{"t": "x"}, {}], format="text", text="{{ json.t }}")
    assert list(root.iterdir()) == []


async def test_a_download_becomes_a_file_in_a_folder(runner, root, service):
    content = bytes(range(256)) * 1000
    service.mock_response("/a.bin", body=content, headers={"Content-Type": "application/zip"})
    items = await runner.run(HttpRequestNode, {"url": service.url("/a.bin")})
    await runner.run(WriteFile, {"path": "got/a.bin", "format": "file"}, items)
    assert (root / "got/a.bin").read_bytes() == content
    with pytest.raises(NodeFailed, match="no file 'other'; it has: data"):
        await runner.run(WriteFile, {"path": "b", "format": "file", "file": "other"}, items)
    with pytest.raises(NodeFailed, match="it has no files"):
        await runner.run(WriteFile, {"path": "b", "format": "file"}, [Item({})])
    assert not (root / "b").exists()


async def test_many_items_are_written_within_the_budget(runner, root):
    params = {"path": "a.csv", "csv_options": {"columns": ["n", "pad"]}}
    items = [{"n": n, "pad": "x" * 500} for n in range(20_000)]
    (made,) = await runner.engine(WriteFile, params, items, limits=LimitSettings(memory=4))
    assert made["items"] == 20_000
    assert len(text_of(root / "a.csv").splitlines()) == 20_001


async def test_list(runner, root):
    for path in ("b.csv", "a.txt", "d/c.csv"):
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text("12345")

    async def paths(**params):
        return [item["path"] for item in await runner.engine(ListFiles, params)]

    assert await paths() == ["a.txt", "b.csv"]
    assert await paths(pattern="*.csv", recursive=True) == ["b.csv", "d/c.csv"]
    assert await paths(include="folders") == ["d"]
    assert await paths(include="all", path="d") == ["d/c.csv"]
    (made,) = await runner.engine(ListFiles, {"path": "d"})
    assert (made["size"], made["is_directory"], made["name"]) == (5, False, "c.csv")


async def test_move_and_delete(runner, root):
    (root / "a.txt").write_text("a")
    (made,) = await runner.engine(
        MoveFile, {"source": "{{ json.n }}.txt", "target": "done/"}, [{"n": "a"}]
    )
    assert (made["path"], made["moved_from"]) == ("done/a.txt", "a.txt")
    (root / "a.txt").write_text("b")
    with pytest.raises(NodeFailed, match="exists already"):
        await runner.engine(MoveFile, {"source": "a.txt", "target": "done/"})
    await runner.engine(MoveFile, {"source": "a.txt", "target": "done/", "overwrite": True})
    assert text_of(root / "done/a.txt") == "b"
    (made,) = await runner.engine(DeleteFile, {"path": "done/a.txt"})
    assert (made["deleted"], made["size"]) == (True, 1)
    with pytest.raises(NodeFailed, match="there is no"):
        await runner.engine(DeleteFile, {"path": "done/a.txt"})
    made = await runner.engine(DeleteFile, {"path": "done/a.txt", "if_missing": "ignore"})
    assert made == [{"path": "done/a.txt", "deleted": False}]


@pytest.mark.parametrize(
    ("node", "params"),
    [
        (ReadFile, {"path": "../x"}),
        (WriteFile, {"path": "../x"}),
        (ListFiles, {"path": ".."}),
        (MoveFile, {"source": "a", "target": "../x"}),
        (MoveFile, {"source": "../x", "target": "a"}),
        (DeleteFile, {"path": "../x"}),
    ],
)
async def test_paths_from_items_stay_inside(runner, root, node, params):
    (root / "a").write_text("a")
    (root.parent / "x").write_text("outside")
    with pytest.raises(NodeFailed, match="not allowed") as caught:
        await runner.engine(node, params)
    assert caught.value.details["security_rule"] == "files.parent"
    assert (root.parent / "x").read_text() == "outside"

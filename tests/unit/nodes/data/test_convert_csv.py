import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidegate.nodes.data.convert import Convert
from tidegate.sdk import Budget, Item, Lazy, NodeFailed, SecurityError
from tidegate.sdk.formats import csv_text

BODY = Lazy(lambda item, roots: item.json["body"], is_constant=False)
cells = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from('",;\r\n\t\ufeff\x00'), max_size=8
)


def reading(**options):
    return {"operation": "csv_to_items", "text": BODY, "csv_options": options}


def writing(**options):
    return {"operation": "items_to_csv", "csv_options": options}


async def read(bench, text, **options):
    return await bench.main(Convert, reading(**options), [{"body": text}])


@given(
    st.lists(st.text('abcé ",', min_size=1, max_size=5), min_size=1, max_size=4, unique=True),
    st.data(),
    st.sampled_from([",", ";", "\t"]),
)
async def test_what_is_written_is_read_back(new_bench, names, data, delimiter):
    row = st.fixed_dictionaries(dict.fromkeys(names, cells))
    items = data.draw(st.lists(row, min_size=1, max_size=5))
    options = {"delimiter": delimiter, "guard_formulas": False}
    (written,) = await new_bench().main(Convert, writing(**options), items)
    again = await read(new_bench(), written["text"], delimiter=delimiter)
    assert again == items
    table = list(csv.reader(io.StringIO(written["text"], newline=""), delimiter=delimiter))
    header = list(items[0])
    assert table == [header, *([item[name] for name in header] for item in items)]


@given(st.text('ab",\n\r', max_size=60))
async def test_any_text_is_read_as_the_library_does_or_refused(new_bench, text):
    try:
        expected = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except csv.Error:
        with pytest.raises(NodeFailed, match="CSV"):
            await read(new_bench(), text, header=False, ragged=True)
        return
    rows = await read(new_bench(), text, header=False, ragged=True)
    assert [[cell for cell in row.values() if cell is not None] for row in rows] == expected


async def test_a_file_is_read_in_small_pieces(bench):
    text = '\ufeffname,note\r\nAda,"two\r\nlines, ""quoted"""\r\nBøb,\r\n'
    item = Item({"id": 1}, {"upload": await bench.files.keep(text.encode())})
    params = {"operation": "csv_to_items", "source": "file", "file": "upload", "keep": "all"}
    out = (await bench.items(Convert, params, [item]))["main"]
    assert [i.json for i in out] == [
        {"id": 1, "name": "Ada", "note": 'two\r\nlines, "quoted"'},
        {"id": 1, "name": "Bøb", "note": ""},
    ]
    assert all(i.parents == (item,) for i in out)


async def test_encodings(bench):
    file = {"f": await bench.files.keep("n\né€\n".encode("cp1252"))}
    params = {"operation": "csv_to_items", "source": "file", "file": "f"}
    out = await bench.items(Convert, params | {"encoding": "cp1252"}, [Item({}, file)])
    assert out["main"][0].json == {"n": "é€"}
    with pytest.raises(NodeFailed, match="item 0: the file is not in the encoding utf-8"):
        await bench.items(Convert, params, [Item({}, file)])


async def test_types_only_where_they_are_certain(bench):
    text = 'v\n1\n-2.5\n1e3\n007\n1e999\n12345678901234567890\ntrue\nTrue\n" "\nNaN\n""\n0x1\n٣\n'
    out = await read(bench, text, detect_types=True)
    assert [i["v"] for i in out] == [
        1,
        -2.5,
        1000.0,
        "007",
        "1e999",
        "12345678901234567890",
        True,
        "True",
        " ",
        "NaN",
        None,
        "0x1",
        "٣",
    ]


async def test_names_are_never_empty_or_twice(bench):
    assert await read(bench, "a,,a,column_2,a_2\n1,2,3,4,5\n") == [
        {"a": "1", "column_2_2": "2", "a_3": "3", "column_2": "4", "a_2": "5"}
    ]
    assert await read(bench, "1;2\n", header=False, delimiter=";") == [
        {"column_1": "1", "column_2": "2"}
    ]


async def test_lines_of_other_lengths(bench):
    text = "a,b\n1\n\n1,2,3\n"
    with pytest.raises(NodeFailed, match="line 2 of the CSV has 1 cells, but there are 2 columns"):
        await read(bench, text)
    assert await read(bench, text, ragged=True) == [
        {"a": "1", "b": None},
        {"a": "1", "b": "2", "column_3": "3"},
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('a\n"open\nstill', "ends inside a cell that begins on line 2"),
        ('a\nx\n"b"c\n', "line 3 of the CSV is malformed"),
        ("a" + "," * 10_001, "more than 10000 cells"),
    ],
)
async def test_broken_csv_says_where(bench, text, message):
    with pytest.raises(NodeFailed, match=message):
        await read(bench, text)


async def test_text_is_needed_and_an_empty_one_is_fine(bench):
    assert await read(bench, "") == []
    assert await read(bench, "a,b\n") == []
    with pytest.raises(NodeFailed, match="item 0: there is no text to read: 'text' is null"):
        await read(bench, None)
    with pytest.raises(NodeFailed, match="the item has no file 'data'; it has no files"):
        await bench.main(Convert, {"operation": "csv_to_items", "source": "file"}, [{}])


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
async def test_formulas_are_disarmed_and_numbers_are_not(bench, start):
    (out,) = await bench.main(Convert, writing(), [{"t": start + "cmd", "n": -5}])
    (row,) = csv.DictReader(io.StringIO(out["text"], newline=""))
    assert row == {"t": "'" + start + "cmd", "n": "-5"}


async def test_columns_types_and_nested_values(bench):
    items = [{"a": {"b": 1.5}, "x": True}, {"a": {"b": None}, "l": [1, "é"]}]
    (out,) = await bench.main(Convert, writing(columns=["l", "a.b", "x"]), items)
    assert out == {"text": 'l,a.b,x\r\n,1.5,true\r\n"[1,""é""]",,\r\n'}
    (out,) = await bench.main(Convert, writing(header=False), items)
    assert out["text"].startswith('"{""b"":1.5}",true,\r\n')


async def test_nothing_to_write(bench):
    assert await bench.main(Convert, writing(), []) == [{"text": ""}]
    assert await bench.main(Convert, writing(columns=["a"]), []) == [{"text": "a\r\n"}]
    assert await bench.main(Convert, writing(columns=["a"]), [{}]) == [{"text": 'a\r\n""\r\n'}]


async def test_a_file_of_many_lines_needs_little_memory(new_bench):
    bench = new_bench(budget=Budget(memory=400_000))
    params = writing(columns=["n"]) | {"target": "file", "file_name": "numbers.csv"}
    (out,) = (await bench.items(Convert, params, [Item({"n": n}) for n in range(30_000)]))["main"]
    assert out.json == {"file_name": "numbers.csv", "size": 198_893, "items": 30_000}
    assert out.files["data"].content_type == "text/csv"
    back = await bench.items(Convert, {"operation": "csv_to_items", "source": "file"}, [out])
    assert [i.json["n"] for i in back["main"]] == [str(n) for n in range(30_000)]
    with pytest.raises(SecurityError, match="list the columns"):
        await bench.main(Convert, writing(), [{"n": n} for n in range(30_000)])


async def test_an_endless_cell_ends(bench, monkeypatch):
    monkeypatch.setattr(csv_text, "_LONGEST_CELL", 500_000)
    with pytest.raises(NodeFailed, match="is a quotation mark missing"):
        await read(bench, 'a\n"' + "x,y\n" * 300_000)

import json

from hypothesis import given
from hypothesis import strategies as st

from tidegate.model.execution import BatchRef, StoredOutput
from tidegate.store.projections import MAX_BYTES, output_projection


def stored(*batches: tuple[str, list]) -> StoredOutput:
    data, refs = b"", []
    for name, items in batches:
        encoded = json.dumps({"items": items, "sources": [0]}).encode()
        refs.append(BatchRef(name, len(data), len(encoded), len(items)))
        data += encoded
    return StoredOutput(refs, data)


def test_items_of_all_batches_by_output() -> None:
    output = stored(("main", [{"a": 1}]), ("main", [{"a": 2}]), ("other", [{"b": "\0"}]))
    assert json.loads(output_projection(output)) == {
        "main": [{"a": 1}, {"a": 2}],
        "other": [{"b": "\ufffd"}],
    }


def test_nothing_inline_has_no_projection() -> None:
    assert output_projection(None) is None
    assert output_projection(StoredOutput([], None, "key")) is None


def test_an_output_without_batches_is_empty() -> None:
    assert output_projection(StoredOutput([], b"")) == "{}"


@given(st.lists(st.integers(0, 30_000), max_size=12), st.integers(1, 4))
def test_the_beginning_up_to_the_bound(sizes: list[int], per_batch: int) -> None:
    items = [{"text": "x" * size} for size in sizes]
    batches = [("main", items[i : i + per_batch]) for i in range(0, len(items), per_batch)]
    projection = output_projection(stored(*batches))
    found = json.loads(projection).get("main", [])
    assert found == items[: len(found)]
    assert len(projection) <= MAX_BYTES + 100
    if len(found) < len(items):
        # The next item would not have fitted.
        assert len(projection) + len(json.dumps(items[len(found)])) > MAX_BYTES

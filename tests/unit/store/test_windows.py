from hypothesis import given
from hypothesis import strategies as st

from tidegate.model.execution import BatchRef
from tidegate.store.windows import window

BATCHES = st.lists(st.tuples(st.sampled_from(["main", "other"]), st.integers(0, 6)), max_size=8)


@given(BATCHES, st.integers(0, 30), st.integers(0, 30))
def test_a_window_is_a_slice_of_all_items(
    shape: list[tuple[str, int]], offset: int, limit: int
) -> None:
    batches, items = [], {}
    for index, (name, count) in enumerate(shape):
        batch = BatchRef(name, index, 1, count)
        batches.append(batch)
        items[batch] = [(index, item) for item in range(count)]
    everything = [item for batch in batches if batch.output == "main" for item in items[batch]]

    found = []
    for piece in window(batches, "main", offset, limit):
        assert piece.take > 0
        found += items[piece.batch][piece.skip : piece.skip + piece.take]
    assert found == everything[offset : offset + limit]

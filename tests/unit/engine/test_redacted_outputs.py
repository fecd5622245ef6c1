"""What a node puts out is stored, and handed on, without the secrets that are known."""

import json

from tidegate.engine.batches import OutputWriter, Resident, restore
from tidegate.files.spill import SpillDirectory
from tidegate.ids import new_id
from tidegate.model.item import FileRef, Item
from tidegate.redact import Redactor

SECRET = 'sk_live_"51HxAb'


def writer_for(tmp_path, secrets, threshold=1 << 20):
    return OutputWriter(
        SpillDirectory(tmp_path),
        new_id(),
        threshold=threshold,
        resident=Resident(),
        redact=Redactor(secrets),
    )


async def test_memory_and_journal_hold_the_same_masked_items(tmp_path):
    writer = writer_for(tmp_path, [SECRET])
    file = FileRef("0" * 64, f"{SECRET}.txt", "text/plain", 1, "0" * 64)
    items = [Item({"told": json.dumps({SECRET: 1})}, {"data": file}), Item({"n": 1})]
    await writer.add("main", items, range(2))
    outputs, stored = await writer.finish()
    kept, sources = outputs["main"].batches[0].load()
    assert kept[0].json == {"told": '{"***": 1}'}
    assert kept[0].files["data"].name == "***.txt"
    assert sources == range(2)
    again = restore(stored, SpillDirectory(tmp_path))["main"].batches[0].load()
    assert list(again[0]) == list(kept)
    assert b"51HxAb" not in (stored.data or b"")
    assert items[0].json["told"] != kept[0].json["told"], "the node's own item was changed"


async def test_a_spilled_output_is_masked(tmp_path):
    writer = writer_for(tmp_path, [SECRET], threshold=100)
    for number in range(3000):
        await writer.add("main", [Item({"n": number, "t": f"{number} {SECRET}"})], None)
    outputs, stored = await writer.finish()
    assert stored.file is not None
    assert outputs["main"].count == 3000
    assert outputs["main"].find(2999)[0].json == {"n": 2999, "t": "2999 ***"}
    assert not any(b"51HxAb" in f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())


async def test_items_without_a_secret_stay_the_same_objects(tmp_path):
    for secrets in ([], [SECRET]):
        writer = writer_for(tmp_path, secrets)
        item = Item({"n": 1})
        await writer.add("main", [item], range(1))
        outputs, _ = await writer.finish()
        assert outputs["main"].find(0)[0] is item

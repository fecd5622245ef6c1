"""The files of items, as nodes read them."""

from collections.abc import AsyncIterator

from tidegate.sdk import Context, Item, NodeFailed


def open_file(ctx: Context, item: Item, name: str) -> AsyncIterator[bytes]:
    """The bytes of the item's file of that name, in pieces.

    Raises:
        NodeFailed: the item has no such file.
    """
    ref = item.files.get(name)
    if ref is None:
        has = f"it has: {', '.join(item.files)}" if item.files else "it has no files"
        raise NodeFailed(f"the item has no file {name!r}; {has}")
    return ctx.files.open(ref)

"""The item: one JSON object, with optional files, that travels along an edge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FileRef:
    """Binary data of an item: where the bytes are kept and what they are.

    ``key`` is the file store's name for the bytes, ``size`` counts bytes, ``sha256`` is hex.
    """

    key: str
    name: str
    content_type: str
    size: int
    sha256: str

    def as_json(self) -> JsonObject:
        """The reference as a JSON object."""
        return {
            "key": self.key,
            "name": self.name,
            "content_type": self.content_type,
            "size": self.size,
            "sha256": self.sha256,
        }


NO_FILES: Final[Mapping[str, FileRef]] = MappingProxyType({})


class Item:
    """One JSON object and its files. Shared between nodes and never changed once it was made.

    A hand-written class with slots, because a million of them are made in one execution and a
    frozen dataclass takes three times as long to make.
    ``parents`` are the input items that it was made from; the engine turns them into positions
    (lineage) when it accepts the output and then lets them go.
    """

    __slots__ = ("files", "json", "parents")

    def __init__(
        self,
        json: JsonObject,
        files: Mapping[str, FileRef] = NO_FILES,
        parents: Sequence["Item"] | None = None,
    ) -> None:
        self.json = json
        self.files = files
        self.parents = parents

    def derive(self, json: JsonObject, files: Mapping[str, FileRef] | None = None) -> "Item":
        """A new item made from this one; keeps the files unless others are given."""
        return Item(json, self.files if files is None else files, (self,))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Item) and self.json == other.json and self.files == other.files

    __hash__ = None  # type: ignore[assignment]  # equal by value, holds dicts

    def __repr__(self) -> str:
        return f"Item({self.json!r})" if not self.files else f"Item({self.json!r}, {self.files!r})"

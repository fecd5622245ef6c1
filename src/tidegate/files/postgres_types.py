"""PostgreSQL's values as JSON: every type has one form, and unknown types are text."""

from typing import Any, Final

import psycopg
from psycopg.adapt import AdaptersMap, Buffer, Loader
from psycopg.postgres import types as known_types
from psycopg.types.json import Jsonb
from psycopg.types.string import TextLoader

from tidegate import codec
from tidegate.files.sql_values import (
    bytes_from_json,
    bytes_to_json,
    decimal_to_json,
    float_to_json,
)

_AS_THEY_ARE: Final = ("bool", "int2", "int4", "int8", "oid")
JSON_TYPES: Final = frozenset({known_types["json"].oid, known_types["jsonb"].oid})


class _Text(Loader):
    def load(self, data: Buffer) -> Any:
        return self.convert(bytes(data).decode())

    def convert(self, text: str) -> Any:
        raise NotImplementedError


class _Timestamp(_Text):
    def convert(self, text: str) -> str:
        if not text[:1].isdigit():  # infinity
            return text
        iso = text.replace(" ", "T", 1)
        return iso.removesuffix("+00") + "Z" if iso.endswith("+00") else iso


class _Decimal(_Text):
    def convert(self, text: str) -> float | int | str:
        return decimal_to_json(text)


class _Float(_Text):
    def convert(self, text: str) -> float | str:
        return float_to_json(float(text))


class _Json(_Text):
    def convert(self, text: str) -> Any:
        return codec.decode(text)


class _Bytes(_Text):
    def convert(self, text: str) -> dict[str, str]:
        return bytes_to_json(bytes.fromhex(text.removeprefix("\\x")))


_LOADERS: Final[dict[str, type[Loader]]] = {
    "bytea": _Bytes,
    "float4": _Float,
    "float8": _Float,
    "json": _Json,
    "jsonb": _Json,
    "numeric": _Decimal,
    "timestamp": _Timestamp,
    "timestamptz": _Timestamp,
}


def adapt(connection: "psycopg.AsyncConnection[Any]") -> None:
    """Make a connection give JSON values; nested in arrays, too."""
    adapters: AdaptersMap = connection.adapters
    for known in known_types:
        if known.name not in _AS_THEY_ARE:
            adapters.register_loader(known.oid, _LOADERS.get(known.name, TextLoader))


SESSION: Final = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "iso_8601",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}
"""Settings of the transaction on which the forms above rely."""


def to_parameter(value: Any) -> Any:
    """A JSON value as a statement's parameter: plain lists are arrays, anything nested is JSON."""
    if type(value) is dict:
        data = bytes_from_json(value)
        return _json(value) if data is None else data
    if type(value) is list and any(type(element) in (dict, list) for element in value):
        return _json(value)
    return value


def to_column(value: Any, type_oid: int) -> Any:
    """A JSON value for a column; numbers and booleans go as text, which fits any column's type."""
    if type_oid in JSON_TYPES:
        return None if value is None else _json(value)
    if type(value) is bool:
        return "true" if value else "false"
    return str(value) if type(value) in (int, float) else to_parameter(value)


def _json(value: Any) -> Jsonb:
    return Jsonb(value, dumps=codec.encode)

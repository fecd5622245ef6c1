"""data.crypto: hashes, signatures, random values."""

import base64
import binascii
import hashlib
import hmac
import secrets
import uuid
from collections.abc import AsyncIterator
from typing import Any, Literal, Protocol

from tidegate.ids import new_id
from tidegate.sdk import Context, Example, Field, Item, Json, Node, NodeFailed, NodeParams
from tidegate.sdk.formats.item_files import open_file
from tidegate.sdk.paths import FieldName, parse_path
from tidegate.sdk.values import as_text

Algorithm = Literal["sha256", "sha384", "sha512", "sha3_256", "sha3_512", "blake2b", "sha1", "md5"]
Encoding = Literal["hex", "base64", "base64url"]
_HASHED = ["hash", "hmac"]


class Crypto(Node):
    """Make hashes, signatures (HMAC) and random values.

    A text is hashed as UTF-8, any other value as compact JSON. SHA-1 and MD5 are for checksums that
    others ask for; they protect nothing. Random values come from the operating system.
    """

    name = "data.crypto"
    label = "Crypto"
    category = "data"

    class Params(NodeParams):
        """What to make, and of what."""

        operation: Literal["hash", "hmac", "random", "uuid"] = Field("hash", label="Operation")
        source: Literal["value", "file"] = Field(
            "value", label="Source", show_when={"operation": _HASHED}
        )
        value: Json = Field(
            None,
            label="Value",
            placeholder="{{ json.body }}",
            show_when={"operation": _HASHED, "source": "value"},
        )
        file: str = Field("data", label="File", show_when={"operation": _HASHED, "source": "file"})
        algorithm: Algorithm = Field("sha256", label="Algorithm", show_when={"operation": _HASHED})
        secret: str = Field("", label="Secret", sensitive=True, show_when={"operation": "hmac"})
        secret_encoding: Literal["text", "hex", "base64"] = Field(
            "text", label="Secret is", show_when={"operation": "hmac"}
        )
        size: int = Field(32, ge=1, le=1024, label="Bytes", show_when={"operation": "random"})
        uuid_version: Literal[4, 7] = Field(
            4,
            label="UUID version",
            description="4 is random, 7 sorts by the time of its making.",
            show_when={"operation": "uuid"},
        )
        encoding: Encoding = Field(
            "hex", label="Encoding", show_when={"operation": ["hash", "hmac", "random"]}
        )
        into: FieldName = Field("digest", label="Into field")

    examples = (
        Example(
            {"value": "{{ json.name }}"},
            items=[{"name": "abc"}],
            output=[
                {
                    "name": "abc",
                    "digest": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                }
            ],
            title="SHA-256 of a text",
        ),
        Example(
            {
                "operation": "hmac",
                "value": "{{ json.body }}",
                "secret": "key",
                "encoding": "base64",
                "into": "signature",
            },
            items=[{"body": "The quick brown fox jumps over the lazy dog"}],
            output=[
                {
                    "body": "The quick brown fox jumps over the lazy dog",
                    "signature": "97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg=",
                }
            ],
            title="Sign a request",
        ),
        Example(
            {"value": "{{ [json.a, json.b] }}", "algorithm": "md5", "into": "checksum"},
            items=[{"a": 1, "b": "x"}],
            output=[{"a": 1, "b": "x", "checksum": "977f047b10ea67bb726051949b908ad4"}],
            title="A checksum of several fields",
        ),
    )

    async def run_item(self, ctx: Context, params: Params, item: Item) -> Item:
        """The item with the result in a field."""
        if params.operation == "uuid":
            result = str(uuid.uuid4()) if params.uuid_version == 4 else new_id()
        elif params.operation == "random":
            result = _encoded(secrets.token_bytes(params.size), params.encoding)
        else:
            digest = _digest(params)
            async for chunk in _source(ctx, params, item):
                digest.update(chunk)
            result = _encoded(digest.digest(), params.encoding)
        json = dict(item.json)
        parse_path(params.into).assign(json, result)
        return item.derive(json)


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


def _digest(params: Crypto.Params) -> _Digest:
    if params.operation == "hash":
        return hashlib.new(params.algorithm, usedforsecurity=False)
    if not params.secret:
        raise NodeFailed("an HMAC needs a secret, and it is empty")
    return hmac.new(_secret(params), digestmod=params.algorithm)


def _secret(params: Crypto.Params) -> bytes:
    try:
        match params.secret_encoding:
            case "hex":
                return bytes.fromhex(params.secret)
            case "base64":
                return base64.b64decode(params.secret, validate=True)
            case "text":
                return params.secret.encode()
    except ValueError:
        raise NodeFailed(f"the secret is not valid {params.secret_encoding}") from None


async def _source(ctx: Context, params: Crypto.Params, item: Item) -> AsyncIterator[bytes]:
    if params.source == "value":
        yield as_text(params.value).encode()
        return
    async for chunk in open_file(ctx, item, params.file):
        yield chunk


def _encoded(data: bytes, encoding: Encoding) -> str:
    encoders: dict[str, Any] = {
        "base64": base64.b64encode,
        "base64url": lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"="),
        "hex": binascii.hexlify,
    }
    return str(encoders[encoding](data), "ascii")

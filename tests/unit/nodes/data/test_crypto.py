import base64
import hashlib
import hmac
from uuid import UUID

import pytest

from tidegate.nodes.data.crypto import Crypto
from tidegate.sdk import Item, NodeFailed

ALGORITHMS = ["sha256", "sha384", "sha512", "sha3_256", "sha3_512", "blake2b", "sha1", "md5"]


async def digest(bench, **params):
    (out,) = await bench.main(Crypto, params, [{"old": 1}])
    assert out["old"] == 1
    return out["digest"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_every_algorithm_agrees_with_the_library(bench, algorithm):
    data = "héllo"
    assert await digest(bench, value=data, algorithm=algorithm) == (
        hashlib.new(algorithm, data.encode()).hexdigest()
    )
    signed = await digest(bench, operation="hmac", value=data, algorithm=algorithm, secret="k€y")
    assert signed == hmac.new("k€y".encode(), data.encode(), algorithm).hexdigest()


async def test_rfc_4231_case_2(bench):
    assert (
        await digest(
            bench,
            operation="hmac",
            value="what do ya want for nothing?",
            secret="4a656665",
            secret_encoding="hex",
        )
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )


async def test_encodings(bench):
    raw = hashlib.sha256(b">>>???").digest()
    assert await digest(bench, value=">>>???", encoding="base64") == base64.b64encode(raw).decode()
    url = await digest(bench, value=">>>???", encoding="base64url")
    assert not set(url) & set("+/=")


async def test_other_values_are_hashed_as_json(bench):
    assert await digest(bench, value={"a": [1, None]}) == (
        hashlib.sha256(b'{"a":[1,null]}').hexdigest()
    )
    assert await digest(bench, value=None) == hashlib.sha256(b"null").hexdigest()


async def test_a_file(bench):
    data = bytes(range(256)) * 10
    item = Item({}, {"upload": await bench.files.keep(data)})
    out = await bench.items(Crypto, {"source": "file", "file": "upload"}, [item])
    assert out["main"][0].json == {"digest": hashlib.sha256(data).hexdigest()}
    assert out["main"][0].files == item.files
    with pytest.raises(NodeFailed, match="has no file 'data'; it has: upload"):
        await bench.items(Crypto, {"source": "file"}, [item])


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "the secret|needs a secret"),
        ({"secret": "xyz", "secret_encoding": "hex"}, "not valid hex"),
        ({"secret": "a b=c", "secret_encoding": "base64"}, "not valid base64"),
        ({"secret": "é", "secret_encoding": "base64"}, "not valid base64"),
    ],
)
async def test_a_wrong_secret_is_not_shown(bench, params, message):
    with pytest.raises(NodeFailed, match=message) as error:
        await digest(bench, operation="hmac", value="x", **params)
    assert params.get("secret", "nothing") not in error.value.message


async def test_random_values(bench):
    first = await digest(bench, operation="random", size=16)
    assert len(bytes.fromhex(first)) == 16
    assert await digest(bench, operation="random", size=16) != first
    for version in (4, 7):
        text = await digest(bench, operation="uuid", uuid_version=version)
        assert UUID(text).version == version

"""Random tokens, of which only hashes are stored."""

import hashlib
import secrets
from typing import Final

KEY_PREFIX: Final = "tg_"
"""API keys begin so: scanners of repositories find them."""


def new_token(prefix: str = "") -> str:
    """A token of 256 random bits."""
    return prefix + secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored. A token is random: one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()

"""Passwords, as Argon2id hashes (RFC 9106; the second choice of OWASP's parameters)."""

import asyncio
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tidegate.errors import InvalidInput, Problem

MIN_LENGTH: Final = 10
MAX_LENGTH: Final = 200
_AT_ONCE: Final = 2
_hasher: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_COMMON: Final = frozenset({"password", "tidegate", "qwertyuiop", "1234567890", "0123456789"})


def check(password: str) -> None:
    """Refuse a password that is too easy to guess.

    Raises:
        InvalidInput: it is too short, too long, or known to everybody.
    """
    text = None
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        text = f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters"
    elif password.lower().rstrip("0123456789!") in _COMMON or len(set(password)) < 5:
        text = "this password is one of the first that anybody would try"
    if text is not None:
        raise InvalidInput(text, [Problem(text, "WEAK_PASSWORD", parameter="password")])


async def hashed(password: str) -> str:
    """The hash to store."""
    async with _slots():
        return await asyncio.to_thread(_hasher.hash, password)


async def fits(password: str, password_hash: str | None) -> bool:
    """Whether this is the password; takes as long where there is none."""
    async with _slots():
        return await asyncio.to_thread(_fits, password[: MAX_LENGTH + 1], password_hash)


def _fits(password: str, password_hash: str | None) -> bool:
    try:
        fits = _hasher.verify(password_hash or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
    return fits and password_hash is not None


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")


@cache
def _slots_of(_loop: asyncio.AbstractEventLoop) -> asyncio.Semaphore:
    return asyncio.Semaphore(_AT_ONCE)


def _slots() -> asyncio.Semaphore:
    """Each hash takes 19 MB: few at once."""
    return _slots_of(asyncio.get_running_loop())

"""Heads wait for their bodies, and for nothing else."""

import asyncio

import pytest

from tidegate.api.joined_writes import JoinedWrites


class Wire(asyncio.Transport):
    """Notes what reaches the system, call by call."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[bytes] = []
        self.is_closed = False

    def write(self, data) -> None:
        self.calls.append(bytes(data))

    def writelines(self, parts) -> None:
        self.calls.append(b"".join(parts))

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def wire():
    return Wire()


async def test_a_head_and_its_body_leave_in_one_call(wire) -> None:
    answers = JoinedWrites(wire, asyncio.get_running_loop())
    for number in (b"1", b"2"):
        answers.hold_next()
        answers.write(b"head" + number)
        answers.write(b"body" + number)
        answers.write(b"more" + number)
    assert wire.calls == [b"head1body1", b"more1", b"head2body2", b"more2"]
    await asyncio.sleep(0)
    assert len(wire.calls) == 4


async def test_a_head_whose_body_comes_later_is_sent_in_the_same_turn(wire) -> None:
    answers = JoinedWrites(wire, asyncio.get_running_loop())
    answers.hold_next()
    answers.write(b"head")
    assert wire.calls == []
    await asyncio.sleep(0)
    assert wire.calls == [b"head"]
    answers.write(b"body")
    assert wire.calls == [b"head", b"body"]


async def test_closing_sends_what_is_held(wire) -> None:
    answers = JoinedWrites(wire, asyncio.get_running_loop())
    answers.hold_next()
    answers.write(b"head")
    answers.close()
    assert (wire.calls, wire.is_closed) == ([b"head"], True)
    await asyncio.sleep(0)
    assert wire.calls == [b"head"]

"""Identifiers."""

import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor

from tidegate.ids import child_id, new_id


def make_many(count: int) -> list[str]:
    return [new_id() for _ in range(count)]


def test_ids_are_uuids_of_version_7_and_increase():
    ids = make_many(5000)
    assert ids == sorted(set(ids))
    parsed = uuid.UUID(ids[0])
    assert (parsed.version, parsed.variant, str(parsed)) == (7, uuid.RFC_4122, ids[0])


def test_threads_never_share_an_id():
    with ThreadPoolExecutor(4) as pool:
        made = [one for part in pool.map(make_many, [2000] * 8) for one in part]
    assert len(set(made)) == len(made)


FORKS = """
import os
from tidegate.ids import new_id
new_id()
child = os.fork()
os.write(1, new_id()[-12:].encode() + b"\\n")  # one write: the two never mix
if child:
    os.waitpid(child, 0)
"""


def test_a_forked_child_makes_ids_of_its_own():
    done = subprocess.run([sys.executable, "-c", FORKS], capture_output=True, text=True, check=True)
    first, second = done.stdout.split()
    assert first != second


def test_the_id_of_a_child_depends_on_its_parts_alone():
    assert child_id("a", "b") == child_id("a", "b")
    assert child_id("a", "b") != child_id("ab")
    assert uuid.UUID(child_id("a"))

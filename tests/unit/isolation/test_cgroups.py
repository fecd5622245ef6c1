"""Groups of the kernel (cgroup v2), on a folder whose new folders get files as the kernel's do.

Where a machine lets a process make groups, ``tidegate doctor`` says so, and the pool's own tests
run inside of them.
"""

import os
from pathlib import Path

import pytest

from tidegate.isolation.lock import cgroups
from tidegate.isolation.lock.cgroups import Cgroups

FILES = {
    "cgroup.controllers": "cpu memory pids",
    "cgroup.subtree_control": "",
    "cgroup.procs": "",
    "memory.events": "low 0\nmax 3\noom_kill 0\n",
    "memory.max": "max",
    "memory.oom.group": "0",
    "memory.swap.max": "max",
    "pids.max": "max",
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    make, remove = Path.mkdir, Path.rmdir

    def mkdir(path, *arguments, **options):
        make(path, *arguments, **options)
        for name, text in FILES.items():
            (path / name).write_text(text)

    def rmdir(path):
        for name in FILES:
            (path / name).unlink(missing_ok=True)
        remove(path)

    monkeypatch.setattr(Path, "mkdir", mkdir)
    monkeypatch.setattr(Path, "rmdir", rmdir)
    made = tmp_path / "service"
    made.mkdir()
    return made


def test_a_process_gets_a_group_with_its_limits(folder):
    groups = Cgroups(folder)
    group = groups.take(64 << 20, threads=False)
    assert group.parent == folder / f"tidegate-{os.getpid()}"
    assert (folder / "cgroup.subtree_control").read_text() == "+memory +pids"
    assert (group.parent / "cgroup.subtree_control").read_text() == "+memory +pids"
    assert (group / "memory.max").read_text() == str((64 << 20) + cgroups.SLACK)
    assert (group / "memory.swap.max").read_text() == "0"
    assert (group / "pids.max").read_text() == "1"
    cgroups.enter(group)
    assert (group / "cgroup.procs").read_text() == "0"


def test_groups_are_used_again_and_removed_at_the_end(folder):
    groups = Cgroups(folder)
    first = groups.take(1 << 20, threads=False)
    other = groups.take(1 << 20, threads=False)
    assert first != other
    groups.give(first)
    assert groups.take(2 << 20, threads=True) == first
    assert (first / "memory.max").read_text() == str((2 << 20) + cgroups.SLACK)
    assert (first / "pids.max").read_text() == str(cgroups.MOST_THREADS)
    groups.close()
    assert not list(folder.glob("tidegate-*"))


def test_it_knows_whether_the_kernel_ended_the_process(folder):
    groups = Cgroups(folder)
    group = groups.take(1 << 20, threads=False)
    (group / "memory.events").write_text("oom_kill 1\n")
    assert groups.give(group) is True
    groups.take(1 << 20, threads=False)
    assert groups.give(group) is False  # that one was before


def test_what_a_killed_fork_server_left_is_removed(folder):
    left = folder / "tidegate-999999999"
    left.mkdir()
    (left / "1").mkdir()
    Cgroups(folder)
    assert not left.exists()


def test_it_says_why_there_can_be_none(folder):
    (folder / "cgroup.controllers").write_text("cpu pids")
    with pytest.raises(OSError, match="no controller memory"):
        Cgroups(folder)
    with pytest.raises(OSError, match="No such file"):
        Cgroups(folder / "none")


def test_the_group_of_this_process_is_found(tmp_path):
    (tmp_path / "cgroup").write_text("1:cpu:/\n0::/system.slice/tidegate.service\n")
    mount = "30 29 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n"
    (tmp_path / "mountinfo").write_text(f"29 1 0:25 / / rw - ext4 /dev/vda rw\n{mount}")
    expected = Path("/sys/fs/cgroup/system.slice/tidegate.service")
    assert cgroups.delegated(tmp_path) == expected
    (tmp_path / "mountinfo").write_text("")
    with pytest.raises(OSError, match="there is no cgroup v2"):
        cgroups.delegated(tmp_path)

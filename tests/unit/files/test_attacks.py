"""Ways out of the folders that are open to workflows, each of which must fail."""

import ctypes
import os
import socket
import threading
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidegate.errors import InvalidInput, NodeError, NodeFailed, SecurityError
from tidegate.files.access import NodeFiles
from tidegate.files.binary import BinaryStore
from tidegate.files.reading import OpenFile
from tidegate.files.roots import FileRoots
from tidegate.files.writing import open_for_writing
from tidegate.sdk import Budget

OPERATIONS = ["read", "info", "create", "overwrite", "append", "list", "move", "delete"]


async def use(files, operation, path, pieces):
    """Do one operation with a path; what it gives shows what it reached."""
    if operation == "read":
        return b"".join([piece async for piece in files.read(path)])
    if operation in ("create", "overwrite", "append"):
        return await files.write(path, pieces(b"attack"), mode=operation)
    if operation == "list":
        return await files.list(path, recursive=True)
    if operation == "move":
        return await files.move(path, "stolen.txt", overwrite=True)
    return await getattr(files, operation)(path)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("../outside/secret.txt", "files.parent"),
        ("a/../../outside/secret.txt", "files.parent"),
        ("..", "files.parent"),
        ("a/..", "files.parent"),
        ("/etc/passwd", "files.outside"),
        ("//etc//passwd", "files.outside"),
        ("/", "files.outside"),
        ("/proc/self/environ", "files.outside"),
        ("/dev/zero", "files.outside"),
        ("{root}/../outside/secret.txt", "files.parent"),
        ("{root}x/secret.txt", "files.outside"),
        ("{ROOT}/secret.txt", "files.outside"),
        ("{root}/.hidden", "files.hidden"),
        (".hidden", "files.hidden"),
        (".git/config", "files.hidden"),
        ("a/.env", "files.hidden"),
        ("...", "files.hidden"),
        ("a\0.txt", "files.name"),
        ("secret.txt\0.csv", "files.name"),
        ("a\nb", "files.name"),
        ("..\\outside\\secret.txt", "files.hidden"),
        ("a\\..\\b", "files.name"),
        ("C:\\Windows\\win.ini", "files.name"),
        ("n" * 256, "files.name"),
        ("é" * 128, "files.name"),
        ("d/" * 3000, "files.name"),
        ("CON", "files.name"),
        ("a/nul.txt", "files.name"),
        ("com1", "files.name"),
        ("trailing.", "files.name"),
        ("trailing ", "files.name"),
        ("\ud800", "files.name"),
        ("link/secret.txt", "files.link"),
        ("link_to_file", "files.link"),
        ("dangling", "files.link"),
        ("loop/x", "files.link"),
        ("pipe", "files.device"),
        ("socket", "files.device"),
    ],
)
async def test_no_way_out(monkeypatch, files, root, outside, pieces, operation, path, rule):
    (root / "link").symlink_to(outside)
    (root / "link_to_file").symlink_to(outside / "secret.txt")
    (root / "dangling").symlink_to(outside / "new.txt")
    (root / "loop").symlink_to(root / "loop")
    (root / ".hidden").write_text("hidden")
    os.mkfifo(root / "pipe")
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        path = path.replace("{root}", str(root)).replace("{ROOT}", str(root).upper())
        if operation == "info" and rule == "files.device":
            assert (await files.info(path)).size == 0  # a name, but nothing is opened
            return
        with pytest.raises(NodeError) as caught:
            await use(files, operation, path, pieces)
    if operation == "list" and rule == "files.device":
        assert isinstance(caught.value, NodeFailed)  # it is not a folder
    else:
        assert isinstance(caught.value, SecurityError)
        assert caught.value.rule == rule
    assert {p.name for p in outside.iterdir()} == {"secret.txt"}
    assert (outside / "secret.txt").read_text() == "secret"
    assert not [p for p in root.iterdir() if p.name.endswith(".tmp")]


async def test_a_device_is_not_opened(make_files, pieces):
    files = make_files(Path("/dev"))
    for operation in ("read", "append"):
        with pytest.raises(SecurityError) as caught:
            await use(files, operation, "null", pieces)
        assert caught.value.rule == "files.device"


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_the_data_folder_stays_shut_inside_a_root(make_files, root, pieces, operation):
    data = root / "data"
    (data / "keys").mkdir(parents=True)
    (data / "keys" / "key").write_text("key")
    (data / "file").write_text("row")
    files = make_files(root, closed=(data,))
    for path in ("data/keys/key", "data/file", f"{data}/file"):
        with pytest.raises(NodeError):
            await use(files, operation, path, pieces)
    assert [p.name for p in sorted(data.iterdir())] == ["file", "keys"]
    listed = await files.list(".", recursive=False)
    assert [info.name for info in listed] == ["data"]
    with pytest.raises(SecurityError, match="own data folder"):
        await files.list(".", recursive=True)
    with pytest.raises(InvalidInput, match="own data folder"):
        make_files(data, closed=(data,))


async def test_a_link_as_target_of_a_move_is_not_followed(files, root, outside):
    (root / "a.txt").write_text("mine")
    (root / "link").symlink_to(outside)
    (root / "file_link").symlink_to(outside / "secret.txt")
    for target in ("link/a.txt", "file_link"):
        with pytest.raises(SecurityError) as caught:
            await files.move("a.txt", target, overwrite=True)
        assert caught.value.rule == "files.link"
    assert (outside / "secret.txt").read_text() == "secret"
    assert (root / "a.txt").read_text() == "mine"


async def test_links_and_odd_names_are_not_listed(files, root, outside):
    (root / "seen.txt").write_text("x")
    (root / "folder").mkdir()
    (root / "link").symlink_to(outside)
    (root / ".hidden").write_text("x")
    (root / "con.txt").write_text("x")
    (root / "new\nline").write_text("x")
    os.mkfifo(root / "pipe")
    os.close(os.open(os.fsencode(root) + b"/\xff\xfe", os.O_CREAT | os.O_WRONLY))
    listed = await files.list(".", recursive=True)
    assert [info.path for info in listed] == ["folder", "seen.txt"]


def test_a_folder_swapped_for_a_link_during_use(root, outside):
    """Somebody swaps a folder for a link while paths over it are used, again and again."""
    inside = root / "a"
    inside.mkdir()
    (inside / "secret.txt").write_text("mine")
    spare = root / "spare"
    spare.symlink_to(outside)
    ended = threading.Event()
    exchange = _exchange()

    def swap() -> None:
        while not ended.is_set():
            exchange(inside, spare)

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        _use_many(root)
    finally:
        ended.set()
        swapper.join()
    assert [p.name for p in outside.iterdir()] == ["secret.txt"]
    assert (outside / "secret.txt").read_text() == "secret"


def _exchange():
    """renameat2 with RENAME_EXCHANGE: two names swap their places at once."""
    libc = ctypes.CDLL(None, use_errno=True)

    def exchange(one, other):
        here, swap = -100, 2
        assert libc.renameat2(here, os.fsencode(one), here, os.fsencode(other), swap) == 0

    return exchange


def _use_many(root):
    roots = FileRoots([root])
    seen, refusals = [], set()
    end = time.monotonic() + 60
    while len(seen) < 500 or not refusals:
        assert time.monotonic() < end
        try:
            file = OpenFile(roots, "a/secret.txt")
            seen.append(file.read())
            file.let_go()
            written = open_for_writing(roots, "a/other.txt", "overwrite")
            written.write(b"attack")
            written.commit()
            written.let_go()
        except NodeError as error:  # a link, or a folder that was none any more when it was opened
            refusals.add(getattr(error, "rule", error.message))
    assert set(seen) == {b"mine"}
    assert refusals <= {
        "files.link",
        "a part of 'a/other.txt' is not a folder",
        "a part of 'a/secret.txt' is not a folder",
    }


@given(
    st.text(max_size=40)
    | st.lists(st.sampled_from(["..", ".", "a", "/", "\0", "~", "link", ""])).map("/".join)
)
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_path_stays_inside(tmp_path_factory, path):
    base = tmp_path_factory.getbasetemp() / "any"
    root = base / "root"
    root.mkdir(parents=True, exist_ok=True)
    if not (root / "link").is_symlink():
        (root / "link").symlink_to(base)
    roots = FileRoots([root])
    try:
        location = roots.find(path)
        with roots.folder(location, whole=not location.names) as folder:
            real = os.path.realpath(f"/proc/self/fd/{folder.descriptor}")
    except NodeError:
        return
    assert real == str(root) or real.startswith(f"{root}/")
    assert ".." not in location.names


async def test_without_roots_every_call_says_how_to_allow_one(tmp_path, pieces):
    files = NodeFiles(FileRoots([]), BinaryStore(tmp_path), Budget())
    for operation in OPERATIONS:
        with pytest.raises(SecurityError, match="TIDEGATE_FILE_ROOTS"):
            await use(files, operation, "a.txt", pieces)


@pytest.mark.parametrize("key", ["../../etc/passwd", "a" * 63, "A" * 64, "", "a" * 64 + "\n"])
async def test_an_item_file_with_a_made_up_key(files, key):
    from tidegate.model.item import FileRef

    with pytest.raises(NodeFailed):
        [piece async for piece in files.open(FileRef(key, "x", "text/plain", 1, key))]

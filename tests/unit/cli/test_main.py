"""What all commands have in common."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tidegate import __version__
from tidegate.cli import main
from tidegate.cli.main import COMMANDS, cli
from tidegate.cli.reference import cli_reference
from tidegate.errors import InvalidInput, NodeFailed, NotFound, OperationalError, Problem
from tidegate.log import safe

ROOT = Path(__file__).resolve().parents[3]


def process(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "tidegate.cli.main", *arguments],
        capture_output=True,
        check=False,
        **options,
    )


@pytest.fixture
def failing(monkeypatch):
    """Makes ``tidegate nodes`` raise an exception."""

    def make(error):
        @click.command()
        @click.option("--json", "as_json", is_flag=True)
        def command(*, as_json):
            raise error

        monkeypatch.setattr(main.LazyGroup, "get_command", lambda *_: command)

    return make


def test_help_lists_every_command_and_imports_none_of_them():
    ran = process("--help")
    assert ran.returncode == 0
    for name, (_, text) in COMMANDS.items():
        assert name in ran.stdout.decode()
        assert text in ran.stdout.decode()
    code = (
        "import sys; from tidegate.cli.main import run; run(['--help']); "
        "sys.stderr.write(' '.join(m for m in sys.modules if m.split('.')[0] in "
        "('pydantic', 'yaml', 'rich', 'msgspec', 'sqlalchemy', 'aiohttp', 'asyncio', 'jsonschema')"
        " or m.startswith('tidegate.')))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert sorted(loaded.stderr.split()) == [
        "tidegate.cli",
        "tidegate.cli.main",
        "tidegate.cli.output",
        "tidegate.errors",
        "tidegate.log",
    ]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_help_of_each_command_is_its_own(name):
    command = cli.get_command(click.Context(cli), name)
    assert command.get_short_help_str(limit=200) == COMMANDS[name][1]


def test_the_reference_in_the_docs_is_that_of_the_commands():
    written = (ROOT / "docs" / "reference" / "cli.md").read_text()
    assert written == cli_reference(), "python -m tidegate.cli.reference > docs/reference/cli.md"


def test_the_version(tidegate):
    assert tidegate("--version").out == f"tidegate {__version__}\n"


def test_an_unknown_command_is_answered_with_the_nearest(tidegate):
    ran = tidegate("chekc", "a.yaml")
    assert ran.code == 2
    assert "there is no command 'chekc'; did you mean 'check'?" in ran.err


@pytest.mark.parametrize(
    "arguments", [["check"], ["check", "--nope"], ["nodes", "a", "b"], ["--nope"]]
)
def test_a_wrong_call_is_exit_code_2(tidegate, arguments):
    ran = tidegate(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "Usage: tidegate" in ran.err
    as_json = tidegate(*arguments, "--json")
    assert as_json.code == 2
    assert as_json.json()["error"]["code"] == "USER_ERROR"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFound("no execution 7"), 2),
        (InvalidInput("wrong"), 2),
        (NodeFailed("the node failed"), 1),
        (OperationalError("the disk is full"), 1),
    ],
)
def test_errors_are_a_sentence_and_an_exit_code(tidegate, failing, error, code):
    failing(error)
    ran = tidegate("nodes")
    assert (ran.code, ran.out, ran.err) == (code, "", f"error: {error.message}\n")
    as_json = tidegate("nodes", "--json")
    assert (as_json.code, as_json.err) == (code, "")
    assert as_json.json() == {"error": error.as_json()}


def test_problems_are_listed_with_their_places(tidegate, failing):
    problem = Problem("is wrong", "X", "a.yaml", 3, 5, "fetch", "url", "line one\nline two")
    failing(InvalidInput("the workflow a.yaml has 2 problems", [problem, Problem("bad", "Y")]))
    assert tidegate("nodes").err == (
        "error: the workflow a.yaml has 2 problems\n"
        "  a.yaml:3:5: is wrong (node fetch, parameter url)\n"
        "      line one\n"
        "      line two\n"
        "  bad\n"
    )


def test_a_bug_is_one_line_with_an_id_and_a_file_with_the_traceback(tidegate, failing, elsewhere):
    failing(ZeroDivisionError("secret text"))
    ran = tidegate("nodes")
    (file,) = (elsewhere / "data" / "bugs").iterdir()
    assert ran.code == 1
    assert ran.err == (
        f"error: Tidegate made a mistake (ZeroDivisionError, id {file.stem}); "
        f"please report it with {file}\n"
    )
    assert "ZeroDivisionError: secret text" in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    as_json = tidegate("nodes", "--json").json()["error"]
    assert (as_json["code"], "Traceback" in str(as_json)) == ("BUG", False)
    assert "Traceback" in tidegate("--debug", "nodes").err


def test_a_bug_where_nothing_can_be_written_is_still_one_line(tidegate, failing, monkeypatch):
    monkeypatch.setenv("TIDEGATE_DATA_DIR", "/dev/null/no")
    failing(ZeroDivisionError())
    ran = tidegate("nodes")
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert ran.err.endswith("please report it\n")


def test_ctrl_c_is_exit_code_130(tidegate, failing):
    failing(KeyboardInterrupt())
    ran = tidegate("nodes")
    assert (ran.code, ran.err.strip()) == (130, "cancelled")


def test_a_wrong_settings_file_is_named(tidegate, elsewhere):
    (elsewhere / "other.toml").write_text("no_such_setting = 1\n")
    ran = tidegate("--config", "other.toml", "executions", "list")
    assert ran.code == 2
    assert "no_such_setting" in ran.err


def test_a_reader_that_has_enough_ends_the_command_quietly():
    reader, writer = os.pipe()
    os.close(reader)
    for arguments in (["schema"], ["nodes"], ["--version"]):
        ran = subprocess.run(
            [sys.executable, "-m", "tidegate.cli.main", *arguments],
            stdout=writer,
            stderr=subprocess.PIPE,
            check=False,
        )
        assert (ran.returncode, ran.stderr) == (1, b"")
    os.close(writer)


def test_a_terminal_without_unicode_shows_escapes(files):
    (files / "odd.yaml").write_text("tidegate: 1\nname: x\nnodes: {}\n📦: 1\n", encoding="utf-8")
    ran = process("check", "odd.yaml", env={**os.environ, "PYTHONIOENCODING": "latin-1"})
    assert ran.returncode == 1
    assert b"\\U0001f4e6" in ran.stdout


@pytest.mark.parametrize("text", ["\x1b[31mred", "a\rb", "a\x07", "\u202eabc", "\x9b1m", "a\x00"])
def test_nothing_printed_can_steer_the_terminal(text):
    assert safe(text).isprintable()
    assert safe("é📦\n\tfine") == "é📦\n\tfine"


def test_names_from_files_can_not_steer_the_terminal(tidegate, elsewhere):
    (elsewhere / "evil.json").write_text(
        '{"tidegate": 1, "name": "x", "nodes": {}, "\\u001b[2J": 1}'
    )
    ran = tidegate("check", "evil.json")
    assert "\x1b" not in ran.out
    assert "\\u001b[2J" in ran.out

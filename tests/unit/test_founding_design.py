"""docs/reference/founding-design.md: every name of the founding design, and each leads somewhere.

The forms of the second column are explained on the page itself.
"""

import importlib
import inspect
import re
from dataclasses import fields, is_dataclass
from enum import EnumType
from functools import cache
from pathlib import Path
from typing import get_args, get_type_hints

import click
import pytest
from msgspec import Struct
from pydantic import BaseModel

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "founding-design.md"
NAMES = ROOT / "tests" / "data" / "founding_names.txt"
LATER_PARTS = {"scale-out"}


def rows():
    """(founding name, what is here) of every table but the first, which explains the forms."""
    tables = PAGE.read_text().split("\n## ", 1)[1]
    found = re.findall(r"^\| `([^`]+)` \| (.+?) \| .*\|$", tables, re.MULTILINE)
    assert len(found) == tables.count("\n| `"), "a row of the page has another form"
    return found


def names():
    lines = NAMES.read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_every_name_has_its_row_and_no_row_is_invented():
    written = [name for name, _ in rows()]
    assert sorted(set(names()) - set(written)) == []
    assert sorted(set(written) - set(names())) == []
    assert len(written) == len(set(written))


def test_the_list_of_names_is_whole():
    """The counts of the founding design itself, so that neither file can lose a line unseen."""
    found = names()
    assert len(found) == len(set(found)) == 285
    assert sum(name.startswith("HttpErrorType.") for name in found) == 5
    assert sum(name.startswith("Phase ") for name in found) == 5


@pytest.mark.parametrize(("name", "here"), rows(), ids=[name for name, _ in rows()])
def test_a_row_leads_somewhere(name, here):
    if here.startswith("later: "):
        assert here.removeprefix("later: ") in LATER_PARTS
        return
    references = re.findall(r"`([^`]+)`", here)
    assert references
    assert re.sub(r"`[^`]+`", "", here).strip(", ") == "", "only references, separated by commas"
    for reference in references:
        resolve(reference)


def test_the_default_retry_strategy_is_the_founding_one():
    from tidegate.engine.retry import effective_policy
    from tidegate.nodes.http.request import HttpRequestNode

    policy = effective_policy(HttpRequestNode.retry_defaults, None)
    assert policy.max_retries == 3
    assert policy.retry_delay == 1000
    assert policy.backoff_multiplier == 2
    assert policy.retryable_status_codes == (408, 429, 500, 502, 503, 504)
    assert policy.retryable_errors == ("TIMEOUT", "CONNECTION_REFUSED", "NETWORK_UNREACHABLE")


def test_the_default_limits_are_the_founding_ones():
    from tidegate.config import Settings

    assert Settings().limits.memory == 128
    assert Settings().limits.timeout == 30


@pytest.mark.parametrize(
    "wrong",
    [
        "tidegate.errors:HttpErrorType.NOTHING",
        "tidegate.errors:RiskLevel=huge",
        "tidegate.model.execution:NodeRow.nothing",
        "tidegate.nowhere:Thing",
        "http.request.nothing",
        "http.request.method=BREW",
        "json HttpError.nothing",
        "json trigger.manual.trigger_type=webhook",
        "sql node_executions.nothing",
        "sql ix_nothing",
        "setting egress.nothing",
        "tidegate run --nothing",
        "tidegate nothing",
        "make nothing",
        "docs/nothing.md",
        "web/src/live/execution.ts:Nothing",
        "web/src/live/execution.ts:LiveState.nothing",
        "web/src/live/execution.ts:LiveState.method",
    ],
)
def test_what_is_not_there_is_noticed(wrong):
    with pytest.raises((AssertionError, ImportError)):
        resolve(wrong)


def resolve(reference):
    """Find what a reference names, or fail."""
    word, _, rest = reference.partition(" ")
    if word == "tidegate":
        resolve_command(rest)
    elif word == "make":
        assert re.search(rf"^{rest}:", (ROOT / "Makefile").read_text(), re.MULTILINE), reference
    elif word == "sql":
        assert rest in sql_names(), reference
    elif word == "setting":
        from tidegate.config import setting_names

        assert rest in setting_names(), reference
    elif word == "json":
        resolve_json(rest)
    elif reference.startswith("web/") and ":" in reference:
        resolve_typescript(reference)
    elif ":" in reference:
        resolve_python(reference)
    elif "/" in reference:
        assert (ROOT / reference).exists(), reference
    else:
        resolve_node(reference)


def resolve_typescript(reference):
    path, _, wanted = reference.partition(":")
    name, _, field = wanted.partition(".")
    text = (ROOT / path).read_text()
    found = re.search(
        rf"^(?:export )?(?:interface {name}\b.*?^\}}|type {name}\b)", text, re.MULTILINE | re.DOTALL
    )
    assert found is not None, reference
    assert not field or re.search(rf"^  (?:readonly )?{field}\??:", found[0], re.MULTILINE), (
        reference
    )


def resolve_python(reference):
    path, _, wanted = reference.partition("=")
    module, _, names_ = path.partition(":")
    found = importlib.import_module(module)
    for name in names_.split("."):
        found = member(found, name, reference)
    if wanted:
        assert wanted in get_args(found), reference


def member(owner, name, reference):
    """An attribute, a field of a dataclass, struct or model, or a parameter of a constructor."""
    if isinstance(owner, EnumType):
        assert name in owner.__members__, reference
        return owner[name]
    if isinstance(owner, type) and issubclass(owner, BaseModel) and name in owner.model_fields:
        return owner.model_fields[name].annotation
    if is_dataclass(owner) and name in {field.name for field in fields(owner)}:
        return get_type_hints(owner)[name]
    if isinstance(owner, type) and issubclass(owner, Struct) and name in owner.__struct_fields__:
        return get_type_hints(owner)[name]
    if hasattr(owner, name):
        return getattr(owner, name)
    assert isinstance(owner, type), reference
    hints = get_type_hints(owner)
    if name in hints:
        return hints[name]
    parameters = inspect.signature(owner).parameters
    assert name in parameters, reference
    return parameters[name].annotation


def resolve_node(reference):
    from tidegate.registry import load_registry

    path, _, wanted = reference.partition("=")
    registry = load_registry()
    group, name, *parameter = path.split(".")
    assert f"{group}.{name}" in registry.names, reference
    if parameter:
        params = registry.latest(f"{group}.{name}").Params.model_fields
        assert parameter[0] in params, reference
        if wanted:
            assert wanted in get_args(params[parameter[0]].annotation), reference


def resolve_command(words):
    from tidegate.cli.main import cli

    command, context = cli, click.Context(cli)
    for word in words.split():
        if word.startswith("--"):
            options = {name for param in command.params for name in param.opts}
            assert word in options, words
            continue
        assert isinstance(command, click.Group), words
        command = command.get_command(context, word)
        assert command is not None, words


def resolve_json(reference):
    path, _, wanted = reference.partition("=")
    name = max((n for n in samples() if f"{path}.".startswith(f"{n}.")), key=len, default="")
    assert name, reference
    value = samples()[name]
    for key in filter(None, path.removeprefix(name).split(".")):
        assert key in value, reference
        value = value[key]
    assert not wanted or value == wanted, reference


@cache
def sql_names():
    from tidegate.store import account_tables, indexes  # noqa: F401 - they add to the metadata
    from tidegate.store.tables import metadata

    found = set(metadata.tables)
    for table in metadata.tables.values():
        found |= {f"{table.name}.{column.name}" for column in table.columns}
        found |= {index.name for index in table.indexes}
    return found


@cache
def samples():
    """One JSON object of each kind, made by the code that makes them for users."""
    import asyncio

    from tidegate.engine.testing import run_node
    from tidegate.errors import SecurityError, SecurityErrorType
    from tidegate.model.execution import Execution
    from tidegate.model.status import ExecutionStatus
    from tidegate.model.workflow import Workflow
    from tidegate.nodes.http.failing import status_error
    from tidegate.nodes.http.request import HttpRequestNode
    from tidegate.nodes.triggers.manual import ManualTrigger
    from tidegate.sdk import HttpResponse
    from tidegate.services.reports import Report
    from tidegate.services.workflows import Version

    answer = HttpResponse(503, "Service Unavailable", [], b"", "https://api.example.org/", 1.0)
    execution = Execution("id", 1, "w", "hash", ExecutionStatus.SUCCEEDED, "start", "cli", 0)
    version = Version("w", "hash", Workflow("name", ()))
    refused = SecurityError("no", SecurityErrorType.BLOCKED_URL, rule="egress.url")
    return {
        "http.request": HttpRequestNode.examples[0].output[0],
        "trigger.manual": asyncio.run(run_node(ManualTrigger, {}))["main"][0],
        "HttpError": status_error("GET", answer, b"").as_json(),
        "SecurityError": refused.as_json(),
        "run": Report(execution, version, None, (), 0).summary(),
    }

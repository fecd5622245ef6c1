"""``tidegate check``: every problem of workflow files at once."""

from collections.abc import Sequence
from pathlib import Path

import click

from tidegate.cli.options import db_option
from tidegate.cli.output import CliState, json_option, pass_state, print_json, problem_text
from tidegate.errors import Problem, WorkflowInvalid


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@db_option
@json_option
@pass_state
def command(state: CliState, *, files: tuple[Path, ...], db: str | None, as_json: bool) -> int:
    """Report every problem of workflow files.

    Each problem has its file, line, column, node and parameter. Warnings do not count. Exit code
    0 if there is no problem, 1 if there is any. The database is opened only for files that name
    a credential.
    """
    from tidegate.registry import described_registry
    from tidegate.services.check import (
        WARNINGS,
        check_workflow,
        credentials_of,
        read_workflow_file,
    )

    problems: list[Problem] = []
    stored: Sequence[str] | None = None
    with described_registry(state.settings({}).isolation.trusted_packages) as registry:
        for file in files:
            try:
                loaded = read_workflow_file(file)
            except WorkflowInvalid as error:
                problems += error.problems
                continue
            if stored is None and credentials_of(loaded.workflow):
                stored = _stored_credentials(state, db)
            problems += check_workflow(loaded, registry, stored)
    errors = [problem for problem in problems if problem.code not in WARNINGS]
    if as_json:
        warnings = [problem for problem in problems if problem.code in WARNINGS]
        print_json(
            {
                "valid": not errors,
                "problems": [problem.as_json() for problem in errors],
                "warnings": [problem.as_json() for problem in warnings],
            }
        )
    else:
        _print_problems(files, problems, WARNINGS)
    return 1 if errors else 0


def _stored_credentials(state: CliState, db: str | None) -> Sequence[str]:
    from tidegate.cli.session import run_with_app
    from tidegate.services import credentials

    return run_with_app(state.settings({"database_url": db}), credentials.names)


def _print_problems(
    files: tuple[Path, ...], problems: list[Problem], warnings: frozenset[str]
) -> None:
    for file in files:
        found = [problem for problem in problems if problem.file == str(file)]
        for problem in found:
            severity = "warning: " if problem.code in warnings else ""
            click.echo(problem_text(problem, severity))
        if not any(problem.code not in warnings for problem in found):
            click.echo(f"{file}: ok")

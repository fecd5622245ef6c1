"""Who watches a command that runs something: people in a terminal or a pipe, or a program."""

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

import click

from tidegate.app import App
from tidegate.engine.journaled import InFlightUndecided
from tidegate.engine.observers import SilentObserver
from tidegate.engine.ports import Observer
from tidegate.log import safe
from tidegate.model.execution import us_to_iso
from tidegate.model.status import ExecutionStatus
from tidegate.services.reports import Report


class View(Protocol):
    """Where what happens is said."""

    def note(self, text: str) -> None:
        """Say something that a program need not know."""
        ...

    def say(self, text: str) -> None:
        """Say something that everyone should know."""
        ...

    def watch(self) -> AbstractContextManager[Observer]:
        """What the execution shows while it runs."""
        ...

    async def show(self, app: App, report: Report) -> None:
        """What it did, when it has ended or waits."""
        ...


def view_for(*, as_json: bool) -> View:
    """The view that a command's ``--json`` asks for."""
    return ProgramView() if as_json else PeopleView()


class ProgramView:
    """One JSON object on standard output; sentences go to standard error."""

    def note(self, text: str) -> None:
        """Nothing: it is in the JSON, or in what was asked for."""

    def say(self, text: str) -> None:
        """A line on standard error."""
        click.echo(safe(text), err=True)

    def watch(self) -> AbstractContextManager[Observer]:
        """Nothing."""
        return nullcontext(SilentObserver())

    async def show(self, app: App, report: Report) -> None:
        """The JSON object."""
        from tidegate.cli.report_json import print_report_json

        await print_report_json(app, report, sys.stdout)


class PeopleView:
    """Tables and sentences on standard output; a live table in a terminal."""

    def __init__(self) -> None:
        # rich takes a tenth of the time of a short `tidegate run --json`, which needs none of it.
        from tidegate.cli.tables import make_console, say

        self._console = make_console()
        self._say = say

    def note(self, text: str) -> None:
        """A line."""
        self._say(self._console, text)

    def say(self, text: str) -> None:
        """A line in colour."""
        self._say(self._console, text, style="yellow")

    def watch(self) -> AbstractContextManager[Observer]:
        """The live table, where there is a terminal."""
        if not self._console.is_terminal:
            return nullcontext(SilentObserver())
        from tidegate.cli.progress import Progress

        return Progress(self._console)

    async def show(self, app: App, report: Report) -> None:
        """Tables, and how to go on with what waits."""
        from tidegate.cli.report import print_report

        await print_report(app, report, self._console)
        execution = report.execution
        go_on = f"go on with: tidegate executions resume {execution.number}"
        if execution.status is ExecutionStatus.WAITING:
            self.note(f"it waits until {us_to_iso(execution.wake_at)}; then {go_on}")
        elif execution.status is ExecutionStatus.CRASHED:
            is_undecided = (execution.error or {}).get("code") == InFlightUndecided.code
            self.note(
                f"look whether it was done, then {go_on} --in-flight rerun (or fail)"
                if is_undecided
                else f"when that is mended, {go_on}"
            )

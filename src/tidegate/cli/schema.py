"""``tidegate schema``: the JSON Schema of workflow files, for editors and other tools."""

import click

from tidegate.cli.output import CliState, json_option, pass_state, print_json


@click.command()
@json_option
@pass_state
def command(state: CliState, *, as_json: bool) -> None:
    """Print the JSON Schema of workflow files.

    It is one schema for YAML and JSON, with the parameters of every node type that is installed.
    """
    from tidegate.registry import described_registry
    from tidegate.services.workflow_schema import workflow_schema

    with described_registry(state.settings({}).isolation.trusted_packages) as registry:
        print_json(workflow_schema(registry))

"""tidegate schedules next: the times of a file, before anything is published."""

import json

from click.testing import CliRunner

from tidegate.cli.main import cli

FILE = """
tidegate: 1
name: Tick
nodes:
  tick: {type: trigger.schedule, params: {cron: "0 9 * * MON", time_zone: Europe/Berlin}}
  once: {type: trigger.schedule, params: {mode: times, times: ["2001-01-01T00:00Z"]}}
  note: {type: data.set}
edges: [tick -> note, once -> note]
"""


def test_the_next_times_are_shown(tmp_path):
    (tmp_path / "tick.yaml").write_text(FILE)
    done = CliRunner().invoke(
        cli, ["schedules", "next", str(tmp_path / "tick.yaml"), "--count", "3", "--json"]
    )
    assert done.exit_code == 0, done.output
    times = json.loads(done.output)
    assert len(times["tick"]) == 3
    assert all(time[11:] in ("07:00:00.000Z", "08:00:00.000Z") for time in times["tick"])
    assert times["once"] == []
    done = CliRunner().invoke(cli, ["schedules", "next", str(tmp_path / "tick.yaml")])
    assert "no time any more" in done.output


def test_a_wrong_cron_expression_is_a_problem_with_its_place(tmp_path):
    (tmp_path / "tick.yaml").write_text(FILE.replace("0 9 * * MON", "0 25 * * MON"))
    done = CliRunner().invoke(cli, ["check", str(tmp_path / "tick.yaml"), "--json"])
    (problem,) = json.loads(done.output)["problems"]
    assert (problem["node"], problem["line"]) == ("tick", 5)
    assert "Bad hour" in problem["message"]

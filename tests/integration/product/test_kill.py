"""kill -9 at any moment, then resume: no result is lost, none is invented."""

import json
import os
import random
import time

import pytest

WORKFLOW = """
tidegate: 1
name: Killed at any moment
nodes:
  start: {type: trigger.manual}
  make:
    type: data.generate
    params: {count: 12, fields: {n: "{{ index }}"}}
  pause: {type: flow.wait, params: {amount: 0.03, unit: seconds}}
  batches: {type: flow.loop, params: {batch_size: 4}}
  nap: {type: flow.wait, params: {amount: 0.02, unit: seconds}}
  post:
    type: http.request
    params:
      method: POST
      url: "{{ vars.api }}/items"
      body: {n: "{{ json.n }}"}
      output: body
    settings: {in_flight: rerun, retry: {max_retries: 0}}
  double: {type: data.set, params: {keep: none, fields: {n: "{{ json.accepted.n * 2 }}"}}}
  slow: {type: flow.wait, params: {amount: 0.05, unit: seconds}}
  total: {type: data.summarize, params: {values: [{operation: sum, field: n, into: total}]}}
  side: {type: data.set, params: {fields: {side: true}}}
edges:
  - start -> make
  - make -> pause
  - make -> side
  - pause -> batches
  - batches.each -> nap
  - nap -> post
  - post -> double
  - double -> batches.results
  - batches.done -> slow
  - slow -> total
"""
EXPECTED = [{"total": 132}]
MOMENTS = {"sqlite": 35, "postgresql": 15}
LONG_MOMENTS = {"sqlite": 300, "postgresql": 200}


@pytest.fixture
def workflow(tmp_path):
    path = tmp_path / "killed.yaml"
    path.write_text(WORKFLOW)
    return path


def settled_rows(query):
    return query(
        "SELECT seq, node_id, path, attempt, status, output FROM node_executions "
        "WHERE kind = 'finished' AND status IN ('succeeded', 'skipped') ORDER BY seq"
    )


def finished(query, execution_id):
    return query("SELECT status, crashes FROM executions WHERE id = :id", id=execution_id)[0]


def test_a_killed_execution_goes_on_from_the_journal(
    start, query, workflow, counting_server, database_url, data_dir
):
    seed = int(os.environ.get("TIDEGATE_TEST_SEED", random.randrange(1 << 32)))
    print(f"seed {seed}: TIDEGATE_TEST_SEED={seed} repeats these moments")
    chance = random.Random(seed)
    backend = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    long = os.environ.get("TIDEGATE_TEST_LONG") == "1"
    moments = (LONG_MOMENTS if long else MOMENTS)[backend]
    arguments = (
        str(workflow), "--json", "--var", f"api=http://{counting_server.address}",
        "--allow", counting_server.address,
    )  # fmt: skip
    for _ in range(2):  # the first one also waits for the server that forks
        begun = time.monotonic()
        whole = start("run", *arguments)
        assert whole.wait() == 0, whole.text()
        length = time.monotonic() - begun
    killed_midway = tries = 0
    while killed_midway < moments:
        tries += 1
        assert tries <= 10 * moments, f"only {killed_midway} kills hit a running execution"
        known = {row.id for row in query("SELECT id FROM executions")}
        command = start("run", *arguments)
        time.sleep(chance.uniform(0, length))
        command.kill()
        new = [row for row in query("SELECT id, status FROM executions") if row.id not in known]
        if not new:
            continue  # killed before anything was acknowledged: nothing to lose
        assert len(new) == 1
        before = {(r.seq, r.node_id, r.path, r.status, r.output) for r in settled_rows(query)}
        if new[0].status == "running":
            killed_midway += 1
            resumed = start("executions", "resume", new[0].id, "--json", "--allow", arguments[-1])
            assert resumed.wait() == 0, resumed.text()
            report = json.loads(resumed.text())
            assert report["status"] == "succeeded"
            assert report["output"]["total"]["main"] == EXPECTED
        assert finished(query, new[0].id).status == "succeeded"
        after = settled_rows(query)
        kept = {(r.seq, r.node_id, r.path, r.status, r.output) for r in after}
        assert before <= kept, "a stored result changed or went away"
    twice = query(
        "SELECT execution_id, node_id, path, count(*) AS n FROM node_executions "
        "WHERE kind = 'finished' AND status IN ('succeeded', 'skipped') "
        "GROUP BY execution_id, node_id, path HAVING count(*) > 1"
    )
    assert not twice, "a node with a stored result ran again"
    parts = list((data_dir / "outputs").rglob("*.part")) if data_dir.exists() else []
    assert not parts

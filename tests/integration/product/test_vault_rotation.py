"""Rotating the vault's keys is killed at random moments; every credential must still open."""

import json
import os
import random
import time

COUNT = 6
ROUNDS = 6


def test_a_killed_rotation_loses_nothing(start, data_dir, tmp_path):
    file = tmp_path / "values.json"
    for number in range(COUNT):
        file.write_text(json.dumps({"token": f"token-{number}"}))
        options = ("--type", "bearer", "--host", "api.example.org", "--data", f"@{file}")
        command = start("credentials", "set", f"c{number}", *options)
        assert command.wait() == 0, command.text()

    seed = int.from_bytes(os.urandom(4))
    random.seed(seed)
    killed = 0
    for number in range(ROUNDS):
        rotations = [start("vault", "rotate") for _ in range(2)]
        time.sleep(random.uniform(0, 0.6 * number / ROUNDS))  # the first is hit for certain
        for rotation in rotations:
            if rotation.process.is_alive():
                rotation.kill()
                killed += 1
        check = start("vault", "check", "--json")
        assert check.wait() == 0, f"seed {seed}: {check.text()}"
        found = json.loads(check.text())
        assert sum(key["credentials"] for key in found["keys"]) == COUNT, f"seed {seed}"
        assert found["problems"] == [], f"seed {seed}"
    assert killed, "no rotation was caught at work"

    last = start("vault", "rotate")
    assert last.wait() == 0, last.text()
    check = start("vault", "check", "--json")
    check.wait()
    assert json.loads(check.text())["keys"][-1]["credentials"] == COUNT

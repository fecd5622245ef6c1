"""`tidegate doctor` says what an installation stands on."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

TIDEGATE = str(Path(sys.executable).with_name("tidegate"))


async def doctor(data_dir: Path, **settings: str) -> tuple[int, dict[str, Any]]:
    process = await asyncio.create_subprocess_exec(
        *(TIDEGATE, "doctor", "--json"),
        env={
            "TIDEGATE_DATA_DIR": str(data_dir),
            "TIDEGATE_EGRESS_ALLOW": "db.example:5432",
            **settings,
        },
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, json.loads(output)


async def test_a_fresh_installation_is_healthy(tmp_path: Path) -> None:
    code, report = await doctor(tmp_path / "data")
    found = {finding["name"]: finding for finding in report["findings"]}
    assert (code, report["healthy"]) == (0, True)
    assert "db.example:5432" in found["gate"]["text"]
    assert "python" in found["platform"]["text"].lower()
    assert found["isolation.resource_limits"]["state"] == "ok"
    if sys.platform == "linux":
        assert found["isolation.seccomp"]["state"] in ("ok", "weaker")


async def test_an_open_key_file_is_a_problem(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "vault.key").write_text("x")
    (data / "vault.key").chmod(0o644)
    code, report = await doctor(data)
    problems = [f["name"] for f in report["findings"] if f["state"] == "problem"]
    assert (code, problems) == (1, ["key_file"])


async def test_what_is_wrong_with_a_server_is_said(tmp_path: Path) -> None:
    code, report = await doctor(
        tmp_path / "data",
        TIDEGATE_SERVER_HOST="0.0.0.0",
        TIDEGATE_OIDC_ISSUER="https://login.example.org",
    )
    found = {finding["name"]: finding for finding in report["findings"]}
    assert code == 1
    assert found["oidc"]["state"] == "problem"
    assert "oidc.client_id" in found["oidc"]["text"]
    assert found["server"]["state"] == "weaker"
    assert "server.public_urls" in found["server"]["text"]
    assert found["disk"]["state"] == "ok"

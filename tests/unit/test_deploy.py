"""What is shipped for running a server: as far as it can be read without a container engine."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tidegate.config import load_settings

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
UNIT = ROOT / "deploy" / "tidegate.service"


def instructions() -> list[tuple[str, str]]:
    """(instruction, its arguments), with continued lines as one."""
    text = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE))
    return [tuple(line.split(" ", 1)) for line in text.splitlines() if line.strip()]


def settings_of(pairs: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in pairs.items() if name.startswith("TIDEGATE_")}


def test_the_image_runs_as_somebody_who_may_nothing() -> None:
    stages = DOCKERFILE.split("\nFROM ")
    last = stages[-1]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert last.index("USER ") < last.index("ENTRYPOINT")
    assert "HEALTHCHECK" in last
    assert "/readyz" in last
    for name, arguments in instructions():
        assert name in {
            *("FROM", "WORKDIR", "ENV", "COPY", "RUN", "USER", "VOLUME", "EXPOSE"),
            *("STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"),
        }, "ADD fetches and unpacks what it is given"
        if name == "FROM":
            assert re.fullmatch(r"python:\d+\.\d+-slim-[a-z]+( AS build)?", arguments)
        assert not re.search(r"curl|wget|sudo|chmod 777|--trusted-host", arguments)
    assert "--require-hashes" in DOCKERFILE


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    allowed = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    for name, arguments in instructions():
        if name == "COPY" and not arguments.startswith("--from"):
            for source in arguments.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert source in allowed or f"{source}/runtime.lock" in allowed, source


def test_its_settings_are_settings() -> None:
    text = " ".join(arguments for name, arguments in instructions() if name == "ENV")
    image = settings_of(dict(pair.split("=", 1) for pair in text.split()))
    settings = load_settings(environment=image)
    assert settings.server.host == "0.0.0.0"
    assert str(settings.data_dir) == "/data"
    composed = settings_of(COMPOSE["services"]["tidegate"]["environment"])
    assert composed
    load_settings(environment=composed)


def test_compose_gives_the_server_no_more_than_it_needs() -> None:
    server = COMPOSE["services"]["tidegate"]
    assert server["read_only"] is True
    assert server["cap_drop"] == ["ALL"]
    assert "cap_add" not in server
    assert server["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in server["ports"])
    assert "ports" not in COMPOSE["services"]["database"]
    assert set(COMPOSE["volumes"]) == {"data", "database"}
    for service in COMPOSE["services"].values():
        assert not service.get("privileged")
        assert not service.get("image", "x:1").endswith(":latest")
    drain = load_settings(environment={}).server.drain
    assert float(server["stop_grace_period"].removesuffix("s")) > drain


def test_the_unit_shuts_the_system_away_and_waits_for_executions() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(UNIT)
    service = unit["Service"]
    assert service["User"] == "tidegate"
    for name in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices"):
        assert service[name] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""
    assert float(service["TimeoutStopSec"]) > 2 * load_settings(environment={}).server.drain
    pairs = dict(pair.split("=", 1) for pair in service["Environment"].split())
    assert load_settings(environment=settings_of(pairs)).log_format == "json"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="NOT TESTED: no systemd here")
def test_systemd_reads_the_unit(tmp_path) -> None:
    copy = tmp_path / "tidegate.service"
    copy.write_text(
        UNIT.read_text().replace("/opt/tidegate/bin/tidegate --config", "/bin/true --config")
    )
    ran = subprocess.run(
        ["systemd-analyze", "verify", str(copy)], check=False, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    assert "tidegate.service" not in ran.stderr

#!/usr/bin/env python3
"""Find a PostgreSQL server for the tests, or install and start Debian's; print its URL.

Looks at ``TIDEGATE_TEST_POSTGRES_URL`` and the usual places of this machine. Where there is none
and we are root on a Debian machine, installs the package ``postgresql``. Exits with 1 and one line
that says why when there is no server.
"""

import getpass
import os
import shutil
import subprocess
import sys

import psycopg

SOCKETS = "/var/run/postgresql"


def candidates() -> list[str]:
    """Where a server may be, the most likely first."""
    given = os.environ.get("TIDEGATE_TEST_POSTGRES_URL")
    if given:
        return [given]
    users = dict.fromkeys([getpass.getuser(), "postgres"])
    hosts = ["@127.0.0.1:5432/postgres", f"@/postgres?host={SOCKETS}"]
    return [f"postgresql://{user}{host}" for host in hosts for user in users]


def find() -> str | None:
    """The first URL that lets us make databases."""
    for url in candidates():
        plain = url.replace("postgresql+psycopg://", "postgresql://")
        try:
            with psycopg.connect(plain, connect_timeout=3) as session:
                row = session.execute(
                    "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
                ).fetchone()
        except psycopg.Error:
            continue
        if row is not None and row[0]:
            return url
    return None


def install() -> str:
    """Install and start Debian's server; returns what went wrong, or an empty text."""
    if os.name != "posix" or os.geteuid() != 0:
        return "no server found; set TIDEGATE_TEST_POSTGRES_URL (only root can install one)"
    if shutil.which("pg_lsclusters") is None:
        if shutil.which("apt-get") is None:
            return "no server found and no apt-get to install one with"
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", "postgresql"]):
            done = run("apt-get", "-q", *arguments, environment=environment)
            if done.returncode != 0:
                return f"apt-get {arguments[0]} failed"
    for line in run("pg_lsclusters", "--no-header").stdout.splitlines():
        version, name, *_ = line.split()
        run("pg_ctlcluster", version, name, "start")
    # Debian lets a user of the machine in as the role of the same name, through the socket.
    run("runuser", "-u", "postgres", "--", "createuser", "--superuser", getpass.getuser())
    return ""


def run(
    *command: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program of the machine; its failure is the caller's to see."""
    return subprocess.run(  # noqa: S603 - fixed commands
        command, check=False, capture_output=True, text=True, env=environment
    )


def main() -> int:
    """Print the URL; the exit code says whether there is one."""
    url = find()
    if url is None:
        reason = install()
        url = None if reason else find()
        if url is None:
            print(reason or "Debian's server was installed, but can't be used", file=sys.stderr)  # noqa: T201 - a script
            return 1
    print(url)  # noqa: T201 - a script
    return 0


if __name__ == "__main__":
    sys.exit(main())

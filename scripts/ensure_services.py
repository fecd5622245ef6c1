#!/usr/bin/env python3
"""Before the tests: find what they need from the machine, or install it where we may.

PostgreSQL for the tests of the store and of whole executions; ``ip`` for those of the gate, which
run in network namespaces; Chromium for those of the browser editor. What is missing is said in one
loud line; the tests that need it then say so too, and fail with ``CI=true``.
"""

import os
import shutil
import sys

import ensure_postgres

NEEDED = (
    (("ip",), "iproute2", "the gate in network namespaces"),
    (("chromium", "google-chrome", "chrome"), "chromium", "the browser editor in a browser"),
)


def ensure_program(names: tuple[str, ...], package: str) -> str:
    """Install a Debian package if none of its programs is there; what went wrong, or nothing."""
    if any(map(shutil.which, names)) or not sys.platform.startswith("linux"):
        return ""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return f"the program `{names[0]}` is missing (Debian's package {package})"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", package]):
        ensure_postgres.run("apt-get", "-q", *arguments, environment=environment)
    return "" if any(map(shutil.which, names)) else f"{package} could not be installed"


def main() -> None:
    """Look for everything; never fails, because the tests themselves say what they lack."""
    if ensure_postgres.find() is None:
        reason = ensure_postgres.install()
        if reason or ensure_postgres.find() is None:
            print(f"NOT TESTED: PostgreSQL: {reason or 'installed, but not usable'}")  # noqa: T201 - a script
    for names, package, what in NEEDED:
        reason = ensure_program(names, package)
        if reason:
            print(f"NOT TESTED: {what}: {reason}")  # noqa: T201 - a script


if __name__ == "__main__":
    main()

"""`make bench`: every measurement, one after another; writes reports/bench-DATE.txt.

Figures of one machine and one moment: compare them within a run, as ratios, not between runs.
"""

import datetime as dt
import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
MEASUREMENTS = (
    "startup",
    "executions",
    "server",
    "webhook",
    "followers",
    "expressions",
    "code",
    "isolation",
    "journal",
    "egress",
    "http_node",
    "million",
)


def main() -> None:
    today = dt.datetime.now(dt.UTC).date()
    report = HERE.parent / "reports" / f"bench-{today}.txt"
    report.parent.mkdir(exist_ok=True)
    lines = [f"{today}, Python {platform.python_version()}, {os.cpu_count()} cores"]
    print(lines[0])
    failed = []
    for name in MEASUREMENTS:
        print(f"\n== {name}", flush=True)
        process = subprocess.run(
            [sys.executable, str(HERE / f"{name}.py")], capture_output=True, text=True, check=False
        )
        print(process.stdout, end="")
        lines += ["", f"== {name}", process.stdout.rstrip()]
        if process.returncode != 0:
            failed.append(name)
            print(process.stderr, file=sys.stderr)
    report.write_text("\n".join(lines) + "\n")
    print(f"\nwritten to {report.relative_to(HERE.parent)}")
    if failed:
        sys.exit(f"these measurements failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()

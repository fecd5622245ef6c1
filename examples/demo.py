"""`make demo`: run the example workflows for real, and read one back from the database.

It starts the example API on loopback, opens exactly that port in the gate, and calls the
`tidegate` command as a user would. Everything is kept in a temporary folder and removed at the end.
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from api import serve

HERE = Path(__file__).parent
TIDEGATE = Path(sys.executable).with_name("tidegate")


async def tidegate(*arguments: str, environment: dict[str, str]) -> None:
    """Run one command and show it; a failure ends the demo."""
    shown = [str(Path(a).relative_to(HERE.parent)) if a.endswith(".yaml") else a for a in arguments]
    print(f"\n$ tidegate {' '.join(shown)}", flush=True)  # noqa: T201 - the demo shows its commands
    process = await asyncio.create_subprocess_exec(TIDEGATE, *arguments, env=environment)
    code = await process.wait()
    if code != 0:
        sys.exit(f"the demo failed: exit code {code}")


async def main() -> None:
    """The whole demo."""
    with tempfile.TemporaryDirectory(prefix="tidegate-demo-") as folder:
        async with serve() as port:
            environment = {
                **os.environ,
                "TIDEGATE_DATA_DIR": folder,
                "COLUMNS": os.environ.get("COLUMNS", "120"),
            }
            api = f"api=http://127.0.0.1:{port}"
            allow = f"127.0.0.1:{port}"
            for name in ("orders", "retry"):
                await tidegate(
                    "run", str(HERE / f"{name}.yaml"), "--var", api, "--allow", allow,
                    environment=environment,
                )  # fmt: skip
            await tidegate("run", str(HERE / "summary.yaml"), environment=environment)
            print("\nEverything was stored. The same executions, read back from SQLite:")  # noqa: T201
            await tidegate("executions", "list", environment=environment)
            await tidegate("executions", "show", "1", environment=environment)


if __name__ == "__main__":
    asyncio.run(main())

"""One request with the credential `crm`, in a process of its own; prints the status."""

import asyncio
import sys
from pathlib import Path

from tidegate.app import App
from tidegate.config import EgressSettings, Settings
from tidegate.credentials.gate import CredentialGate
from tidegate.sdk.http import HttpRequest
from tidegate.services import credentials
from tidegate.store import credentials as store


async def main(folder: str, address: str) -> None:
    app = App.open(Settings(data_dir=Path(folder), egress=EgressSettings((address,))))
    row = await app.database.read(lambda connection: store.get(connection, "crm"))
    opened = await credentials.open_one(app, row)
    gate = CredentialGate(app.gate.bound(), app.gate.bound(), opened, app.tokens)
    response = await gate.request(HttpRequest("GET", f"http://{address}/api"))
    print(response.status)
    await app.close()


asyncio.run(main(*sys.argv[1:]))

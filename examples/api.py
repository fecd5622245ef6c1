"""A small real HTTP API for the examples: orders, customers, and what APIs like to do.

It fails twice, has pages, takes files, works for a while, gives tokens and loses its patience.

It listens on loopback only and keeps nothing on disk.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

ORDERS = [
    {"id": 1001, "customer_id": 1, "total": 340.5, "status": "open"},
    {"id": 1002, "customer_id": 2, "total": 12, "status": "open"},
    {"id": 1003, "customer_id": 3, "total": 99.9, "status": "paid"},
    {"id": 1004, "customer_id": 9, "total": 45, "status": "open"},
    {"id": 1005, "customer_id": 3, "total": 150, "status": "open"},
]
CUSTOMERS = {
    1: {"id": 1, "name": "Ada", "city": "London"},
    2: {"id": 2, "name": "Grace", "city": "New York"},
    3: {"id": 3, "name": "Edsger", "city": "Rotterdam"},
}


def application() -> web.Application:
    """The API as an aiohttp application."""
    tries: Counter[str] = Counter()

    async def orders(request: web.Request) -> web.Response:
        status = request.query.get("status")
        found = [order for order in ORDERS if status in (None, order["status"])]
        return web.json_response({"orders": found})

    async def customer(request: web.Request) -> web.Response:
        found = CUSTOMERS.get(int(request.match_info["id"]))
        if found is None:
            text = json.dumps({"error": "no such customer"})
            raise web.HTTPNotFound(text=text, content_type="application/json")
        return web.json_response(found)

    async def flaky(request: web.Request) -> web.Response:
        key = request.match_info["key"]
        tries[key] += 1
        if tries[key] <= 2:
            raise web.HTTPServiceUnavailable(text="try again")
        return web.json_response({"answer": 42, "tries": tries[key]})

    app = web.Application()
    app.add_routes(
        [
            web.get("/orders", orders),
            web.get(r"/customers/{id:\d+}", customer),
            web.get("/flaky/{key}", flaky),
            *habits(tries),
            *answers(),
        ]
    )
    return app


def habits(tries: Counter[str]) -> list[web.RouteDef]:
    """Pages, an upload, work that takes its time, tokens, and a limit of the rate."""

    async def products(request: web.Request) -> web.Response:
        after = int(request.query.get("after", "0"))
        found = [{"id": n, "name": f"Product {n}"} for n in range(after + 1, min(after + 3, 6))]
        last = found[-1]["id"] if found else 5
        return web.json_response({"products": found, "next": None if last == 5 else last})

    async def reports(request: web.Request) -> web.Response:
        form = await request.post()
        upload = form["document"]
        assert isinstance(upload, web.FileField)
        size = len(upload.file.read())
        return web.json_response(
            {"title": form["title"], "file": upload.filename, "size": size}, status=201
        )

    async def export(request: web.Request) -> web.Response:
        tries["export"] += 1
        is_done = tries["export"] % 3 == 0
        return web.json_response({"state": "done" if is_done else "working", "rows": 120})

    async def token(request: web.Request) -> web.Response:
        tries["token"] += 1
        return web.json_response(
            {"access_token": f"example-token-{tries['token']}", "token_type": "bearer"}
        )

    async def account(request: web.Request) -> web.Response:
        if not request.headers.get("Authorization", "").startswith("Bearer example-token-"):
            raise web.HTTPUnauthorized(text="no token")
        return web.json_response({"account": "acme", "plan": "team"})

    async def set_price(request: web.Request) -> web.Response:
        key = request.headers.get("Idempotency-Key", "")
        tries[key] += 1
        if tries[key] == 1 and request.match_info["id"] == "2":
            raise web.HTTPTooManyRequests(headers={"Retry-After": "1"})
        sent = await request.json()
        return web.json_response({"id": int(request.match_info["id"]), "price": sent["price"]})

    return [
        web.get("/products", products),
        web.patch(r"/products/{id:\d+}", set_price),
        web.post("/reports", reports),
        web.get("/export", export),
        web.post("/token", token),
        web.get("/account", account),
    ]


def answers() -> list[web.RouteDef]:
    """An answer that can be confirmed, and one that comes in lines."""

    async def rates(request: web.Request) -> web.Response:
        headers = {"ETag": '"today"'}
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        return web.json_response({"eur": 1.08, "gbp": 1.26}, headers=headers)

    async def changes(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await answer.prepare(request)
        for number in range(1, 4):
            await answer.write(json.dumps({"id": number, "kind": "price"}).encode() + b"\n")
        return answer

    return [web.get("/rates", rates), web.get("/changes", changes)]


@asynccontextmanager
async def serve(port: int = 0) -> AsyncIterator[int]:
    """Serve on loopback; gives the port."""
    runner = web.AppRunner(application(), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def main() -> None:
    """Serve until interrupted."""
    async with serve(8099) as port:
        print(f"the example API listens on http://127.0.0.1:{port}")  # noqa: T201 - says where
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())

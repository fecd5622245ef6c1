"""How late a thousand followers of one topic hear of what happens while one of them is slow.

The followers take frames in this process, as the server's WebSockets do; what is between a server
and a browser is not in it.
"""

import asyncio
import time
from typing import Any

from tidegate.events.stream import Stream
from tidegate.events.topic import Topic

FOLLOWERS = 1000
ROUNDS = 50
PAUSE, SLOW_PAUSE = 0.02, 0.9
"""How long a frame is under way to a follower, and to the slow one."""


async def follow(topic: Topic, pause: float, delays: list[float]) -> None:
    stream = Stream()
    stream.subscribe(1, topic)
    while True:
        for frame in await stream.frames():
            note(frame, delays)
        await asyncio.sleep(pause)


def note(frame: dict[str, Any], delays: list[float]) -> None:
    last = frame.get("st", {}).get("last")
    if last is not None:
        delays.append(time.perf_counter() - last["at"])


async def measure() -> list[float]:
    topic, delays = Topic("busy"), list[float]()
    tasks = [asyncio.create_task(follow(topic, PAUSE, delays)) for _ in range(FOLLOWERS - 1)]
    tasks.append(asyncio.create_task(follow(topic, SLOW_PAUSE, [])))
    await asyncio.sleep(0.5)
    for number in range(ROUNDS):
        topic.publish("append", "log", {"n": number})
        topic.publish("state", f"node{number % 7}", {"turn": number})
        topic.publish("state", "last", {"at": time.perf_counter()})
        await asyncio.sleep(0.2)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return sorted(delays)


def main() -> None:
    delays = asyncio.run(measure())
    p50, p99 = (1000 * delays[len(delays) * share // 100] for share in (50, 99))
    print(
        f"{FOLLOWERS:,} followers of one topic, one of them slow: "
        f"p99 delay {p99:.0f} ms (p50 {p50:.0f} ms), of {len(delays):,} frames of the others"
    )


if __name__ == "__main__":
    main()

"""Which server of processes a platform has."""

from tidegate.isolation.entries import Profile
from tidegate.isolation.measure import LINUX
from tidegate.isolation.server import Server


async def start_processes(profile: Profile) -> Server:
    """The server that this platform has.

    Raises:
        OperationalError: it did not start.
    """
    if LINUX:
        from tidegate.isolation.fork_server import ForkServer  # noqa: PLC0415 - only on Linux

        return await ForkServer.start(profile)
    from tidegate.isolation.plain_server import PlainServer  # noqa: PLC0415 - as above

    return PlainServer(profile)

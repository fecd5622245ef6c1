"""The processes that a pool has running, as the system knows them."""

import psutil

from tidegate.isolation.fork_server import ForkServer
from tidegate.isolation.pool import ProcessPool


def fork_servers_of(pool: ProcessPool) -> list[psutil.Process]:
    """The pool's fork servers."""
    servers = [server for server in pool._servers.values() if isinstance(server, ForkServer)]
    return [psutil.Process(server.process.pid) for server in servers if not server.lost]


def processes_of(pool: ProcessPool) -> list[psutil.Process]:
    """The locked processes of all of the pool's fork servers."""
    found = []
    for server in fork_servers_of(pool):
        try:
            children = server.children()
            found += [child for child in children if child.status() != psutil.STATUS_ZOMBIE]
        except psutil.NoSuchProcess:
            continue
    return found

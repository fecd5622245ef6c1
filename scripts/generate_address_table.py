#!/usr/bin/env python3
"""Write ``src/tidegate/egress/address_table.py`` from ``special_purpose_addresses.csv``.

Run it after the CSV changed; a test fails while the two differ. The blocks of the registries nest,
so the table holds disjoint ranges in order, each with the rule of its narrowest block: one binary
search answers for an address.
"""

import csv
import ipaddress
import itertools
import re
from pathlib import Path

NAME = Path(__file__).name
HERE = Path(__file__).resolve().parent
SOURCE = HERE / "special_purpose_addresses.csv"
TARGET = HERE.parent / "src/tidegate/egress/address_table.py"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Block = tuple[Network, str, str]


def read_blocks(text: str) -> tuple[str, list[Block]]:
    """The registry's date and its blocks as (network, rule, name)."""
    date = re.search(r"as of (\d{4}-\d{2}-\d{2})", text)
    if date is None:
        raise SystemExit("the CSV does not say its date")
    rows = csv.reader(line for line in text.splitlines() if not line.startswith("#"))
    return date[1], [(ipaddress.ip_network(row[0]), row[2], row[1]) for row in rows]


def flatten(blocks: list[Block], version: int) -> list[tuple[int, int, str, str]]:
    """Disjoint (first, last, rule, name) ranges; neighbours with the same meaning are joined."""
    chosen = sorted(
        (block for block in blocks if block[0].version == version),
        key=lambda block: block[0].prefixlen,
        reverse=True,
    )
    edges = sorted(
        {int(block[0].network_address) for block in chosen}
        | {int(block[0].broadcast_address) + 1 for block in chosen}
    )
    ranges: list[tuple[int, int, str, str]] = []
    for first, after in itertools.pairwise(edges):
        narrowest = next(
            (
                block
                for block in chosen
                if int(block[0].network_address) <= first <= int(block[0].broadcast_address)
            ),
            None,
        )
        if narrowest is None:
            continue
        if ranges and ranges[-1][1] + 1 == first and ranges[-1][2:] == narrowest[1:]:
            ranges[-1] = (ranges[-1][0], after - 1, *narrowest[1:])
        else:
            ranges.append((first, after - 1, *narrowest[1:]))
    return ranges


def render(text: str) -> str:
    """The module's source."""
    date, blocks = read_blocks(text)
    lines = [
        f'"""Address ranges that are not the public internet. Made by scripts/{NAME}."""',
        "",
        "from typing import Final",
        "",
        f'REGISTRY_DATE: Final = "{date}"',
        '"""The day of the copy of the IANA registries that this agrees with."""',
    ]
    for version, digits in ((4, 8), (6, 32)):
        lines += ["", f"IPV{version}_RANGES: Final[tuple[tuple[int, int, str, str], ...]] = ("]
        for first, last, rule, name in flatten(blocks, version):
            lines += [
                "    (",
                f"        0x{first:0{digits}X},",
                f"        0x{last:0{digits}X},",
                f'        "{rule}",',
                f'        "{name}",',
                "    ),",
            ]
        lines += [")", f'"""First, last, rule and name of each IPv{version} range, in order."""']
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(render(SOURCE.read_text("utf-8")), "utf-8")

#!/usr/bin/env python3
"""Change the gate's code in one place at a time, and see which changes no test notices.

``scripts/mutants.py`` tries every change, which takes an hour or two on two cores. ``--margin 3``
tries so many of each file, drawn by ``--seed``, that the part which was noticed is known within 3
points of a hundred, 95 of 100 times. ``--again`` tries those that were not noticed or late once
more. What was tried is kept in ``mutants/`` and not tried again.
See docs/explanation/mutation-tests.md.
"""

import argparse
import math
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mutmut import __main__ as mutmut
from mutmut.mutation.data import SourceFileMutationData
from mutmut.utils import file_utils

HUNG = 15.0
"""Seconds after which a test has hung (``faulthandler_timeout`` in pyproject.toml)."""
_KILLED = (1, 3)
_NO_TESTS = (5, 33)


@dataclass
class File:
    """One file of the gate and the changes of it that belong to the sample."""

    name: str
    data: SourceFileMutationData
    drawn: list[str]

    @property
    def survivors(self) -> list[str]:
        """The changes that were tried and not noticed."""
        codes = self.data.exit_code_by_key
        return [name for name in self.drawn if codes[name] in (0, *_NO_TESTS)]

    @property
    def untried(self) -> list[str]:
        """The changes that were not tried yet."""
        return [name for name in self.drawn if self.data.exit_code_by_key[name] is None]

    @property
    def late(self) -> list[str]:
        """The changes whose tests hung or took far too long: noticed, or the machine was busy."""
        codes, seconds = self.data.exit_code_by_key, self.data.durations_by_key
        return [
            name
            for name in self.drawn
            if codes[name] not in (None, 0, *_NO_TESTS)
            and (codes[name] not in _KILLED or seconds.get(name, 0.0) > HUNG)
        ]

    def row(self) -> list[int]:
        """How many changes there are, were tried, noticed, of these late, and not noticed."""
        tried, unnoticed = len(self.drawn) - len(self.untried), len(self.survivors)
        codes = self.data.exit_code_by_key
        return [len(codes), tried, tried - unnoticed, len(self.late), unnoticed]


def make_mutants(children: int) -> None:
    """Write the changed copies of the code into ``mutants/``, as far as they are not there."""
    Path("mutants").mkdir(exist_ok=True)
    file_utils.copy_src_dir()
    file_utils.copy_also_copy_files()
    file_utils.setup_source_paths()
    mutmut.create_mutants(children)


def sample_size(total: int, margin: float) -> int:
    """How many of ``total`` tell a part near 0.9 within ``margin``, 95 of 100 times."""
    if not margin:
        return total
    endless = 1.96**2 * 0.9 * 0.1 / margin**2
    return min(total, math.ceil(endless / (1 + (endless - 1) / total)))


def files(margin: float, seed: int, wanted: Sequence[str]) -> list[File]:
    """The files of the gate with their samples; one that was tried in full counts in full."""
    found = []
    for path in sorted(file_utils.walk_mutatable_files()):
        data = SourceFileMutationData(path=path)
        data.load()
        names = sorted(data.exit_code_by_key)
        if not names or (wanted and path.stem not in wanted):
            continue
        is_whole = all(code is not None for code in data.exit_code_by_key.values())
        size = len(names) if is_whole else sample_size(len(names), margin)
        # A wider sample has every change of a narrower one, so that a run can be widened.
        random.Random(f"{seed} {path.stem}").shuffle(names)  # noqa: S311 - a sample
        found.append(File(path.stem, data, names[:size]))
    return found


def table(found: Sequence[File]) -> str:
    """The figures as a table in Markdown."""
    rows = [[file.name, *file.row()] for file in found]
    sums = [sum(int(row[column]) for row in rows) for column in range(1, 6)]
    lines = ["| file | changes | tried | noticed | of these late | not noticed | noticed |"]
    lines.append("|---|---:|---:|---:|---:|---:|---:|")
    for name, *row in [*rows, ["all", *sums]]:
        part = f"{100 * int(row[2]) / int(row[1]):.1f} %" if row[1] else ""
        lines.append(f"| `{name}` | {' | '.join(str(value) for value in row)} | {part} |")
    return "\n".join(lines)


def estimate(found: Sequence[File]) -> str:
    """Which part of all changes is noticed, with the error of the samples (95 of 100 times).

    Each file's part counts as much as the file has changes: the mean of a stratified sample
    (Cochran, Sampling Techniques, chapter 5), whose variance has the finite correction.
    """
    total = sum(len(file.data.exit_code_by_key) for file in found)
    mean = variance = 0.0
    for file in found:
        size, tried, noticed, *_ = file.row()
        if not tried:
            return f"nothing of {file.name} was tried: no part of all"
        part = noticed / tried
        weight = size / total
        mean += weight * part
        if 1 < tried < size:
            variance += weight**2 * part * (1 - part) / (tried - 1) * (1 - tried / size)
    return f"of all {total} changes {100 * mean:.1f} % noticed, within {196 * variance**0.5:.1f}"


def main() -> None:
    """Try what is asked for, and print the table and what nobody noticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", help="names of files in egress/; all without any")
    parser.add_argument("--margin", type=float, default=0.0, help="in points of a hundred; 0: all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--children", type=int, default=2)
    parser.add_argument(
        "--again", action="store_true", help="try survivors and late ones once more"
    )
    parser.add_argument("--report", action="store_true", help="try nothing")
    parser.add_argument("--output", type=Path, help="a file for the report too")
    asked = parser.parse_args()
    make_mutants(asked.children)
    margin = asked.margin / 100
    found = files(margin, asked.seed, asked.files)
    names = [
        name
        for file in found
        for name in (file.survivors + file.late if asked.again else file.untried)
    ]
    if names and not asked.report:
        mutmut._run(names, asked.children)  # noqa: SLF001 - what its command calls
        found = files(margin, asked.seed, asked.files)
    unnoticed = "\n".join(name for file in found for name in file.survivors)
    head = f"\nseed {asked.seed}, margin {asked.margin:g}"
    text = f"{head}\n\n{table(found)}\n\n{estimate(found)}\n\n{unnoticed}\n"
    sys.stdout.write(text)
    if asked.output is not None:
        asked.output.write_text(text, "utf-8")


if __name__ == "__main__":
    main()

"""A terminal that tests can read: the bytes that a command wrote, and what stays on the screen."""

import fcntl
import os
import pty
import re
import struct
import termios
import threading
from typing import Self

_SEQUENCE = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])")


class Terminal:
    """A pseudo-terminal; its ``path`` is what a command opens. Use it as a context manager."""

    def __init__(self, columns: int = 120, rows: int = 40) -> None:
        self._columns, self._rows = columns, rows
        self._written = bytearray()

    def __enter__(self) -> Self:
        self._master, self._slave = pty.openpty()
        size = struct.pack("HHHH", self._rows, self._columns, 0, 0)
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, size)
        self.path = os.ttyname(self._slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        os.close(self._slave)
        self._reader.join(5)
        os.close(self._master)

    def _read(self) -> None:
        try:
            while data := os.read(self._master, 65536):
                self._written += data
        except OSError:
            pass  # the last writer has closed the terminal

    def written(self) -> str:
        """Everything that was written so far, with its control sequences."""
        return self._written.decode(errors="replace")

    def screen(self) -> list[str]:
        """The lines as a person sees them at the end, without empty ones at the end."""
        return shown(self.written())


def shown(text: str) -> list[str]:
    """What stays of text with the control sequences that rich writes; AssertionError at others."""
    lines: list[list[str]] = [[]]
    row = column = position = 0
    while position < len(text):
        sequence = _SEQUENCE.match(text, position)
        if sequence is not None:
            position = sequence.end()
            parameters, kind = sequence.groups()
            count = int(parameters) if parameters.isdigit() else 1
            if kind == "A":
                row = max(0, row - count)
            elif kind == "K":
                assert parameters == "2", parameters
                lines[row] = []
            else:
                assert kind == "m" or sequence[0] in ("\x1b[?25l", "\x1b[?25h"), repr(sequence[0])
            continue
        character = text[position]
        position += 1
        if character == "\r":
            column = 0
        elif character == "\n":
            row, column = row + 1, 0
            if row == len(lines):
                lines.append([])
        else:
            assert character.isprintable(), repr(character)
            line = lines[row]
            line.extend(" " * (column - len(line)))
            line[column : column + 1] = [character]
            column += 1
    found = ["".join(line).rstrip() for line in lines]
    while found and not found[-1]:
        found.pop()
    return found

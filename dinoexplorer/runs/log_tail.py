"""The end of a log, and the lines of it that tell of trouble, read as it grows."""

from __future__ import annotations

import re
from pathlib import Path

TAIL_BYTES = 1 << 16
_SEARCHED_BYTES = 1 << 20
"""So much of the end of a long log is searched for trouble."""
_PIECE_BYTES = 1 << 15
"""So much is searched at once: a regular expression keeps the interpreter's lock, and with it the window."""
_LINES_KEPT = 100
_LINE_LENGTH = 500
_TROUBLE = re.compile(
    r"\b(error|exception|traceback|warning|failed|cannot|diverged|killed|out of memory|left out)\b|error\b",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")


class LogTail:
    """What a process wrote into a file, whatever bytes they are.

    Attributes
    ----------
    text
        The last 64 KiB, from the start of a line.
    problems
        Lines that tell of an error or a warning, oldest first.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._end = b""
        self.text = ""
        self.problems: tuple[str, ...] = ()

    def read(self) -> bool:
        """Take what was appended since the last call; True when there was something. A file that is gone is empty."""
        try:
            with self._path.open("rb") as file:
                size = file.seek(0, 2)
                if size < self._offset:  # another file under the same name
                    self._offset, self._end, self.problems = 0, b"", ()
                if size == self._offset:
                    return False
                file.seek(max(self._offset, size - _SEARCHED_BYTES))
                appended = file.read()
                self._offset = file.tell()
        except OSError:
            return False
        self._search(self._end[self._end.rfind(b"\n") + 1 :] + appended)
        self._end = (self._end + appended)[-2 * TAIL_BYTES :]
        tail = self._end[-TAIL_BYTES:]
        if len(self._end) > TAIL_BYTES:
            tail = tail[tail.find(b"\n") + 1 :]
        self.text = plain(tail)
        return True

    def _search(self, appended: bytes) -> None:
        start, end = 0, appended.rfind(b"\n") + 1
        while start < end:
            line_end = appended.find(b"\n", min(start + _PIECE_BYTES, end) - 1) + 1
            text = plain(appended[start:line_end])
            lines = [line.strip()[:_LINE_LENGTH] for line in text.splitlines() if _TROUBLE.search(line)]
            self.problems = (*self.problems, *lines)[-_LINES_KEPT:]
            start = line_end


def plain(data: bytes) -> str:
    """Bytes as text, whatever they are: bad UTF-8 replaced, a progress bar's returns as lines, no control bytes."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", text)

"""Ctrl+C in the terminal ends the window, although Qt's event loop sleeps outside of Python."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType

from PySide6.QtCore import QCoreApplication, QSocketNotifier, QTimer

EXIT_CODE = 130


@contextmanager
def ending_on_interrupt(application: QCoreApplication) -> Iterator[None]:
    """Until the end of the block SIGINT ends the event loop with exit code 130; to be used in the main thread.

    Python only notes a signal and calls its handler when it runs next. So that this is now, the signal also writes to a
    socket, and Qt calls Python to read it.
    """

    def end(_number: int, _frame: FrameType | None) -> None:
        QTimer.singleShot(0, partial(application.exit, EXIT_CODE))  # also when the loop is not running yet

    def read(*_given: object) -> None:
        reader.recv(64)

    reader, writer = socket.socketpair()
    with reader, writer:
        for end_of_pair in (reader, writer):
            end_of_pair.setblocking(False)
        notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)
        notifier.activated.connect(read)
        previous_handler = signal.signal(signal.SIGINT, end)
        previous_socket = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(previous_socket)
            signal.signal(signal.SIGINT, previous_handler)
            notifier.setEnabled(False)

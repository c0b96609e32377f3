"""Starting a training as a process of its own, which outlives the window and gives way to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

import training
from dinoexplorer.runs.errors import KeeperError
from training.run import COMPANION_VARIABLE, process_lives

DINOTRAIN = (sys.executable, "-m", "training")
_LOWEST = 19
_left: list[subprocess.Popen[bytes]] = []
"""Children of keepers that were closed; looked after so that none stays a zombie."""
_left_lock = threading.Lock()


class Child:
    """A training that this program started.

    Attributes
    ----------
    pid, create_time
        Name this process and no later one.
    outlives
        Whether it goes on when this program is gone.
    """

    def __init__(self, process: subprocess.Popen[bytes], *, outlives: bool) -> None:
        self._process = process
        self.outlives = outlives
        self.pid = process.pid
        self.create_time = _create_time(process.pid)

    def exit_code(self) -> int | None:
        """None while it runs; below 0, on POSIX, the signal that killed it."""
        return self._process.poll()

    def let_go(self) -> None:
        """Leave it to itself."""
        if self._process.poll() is None:
            with _left_lock:
                _left.append(self._process)


def launch(command_line: Sequence[str], folder: Path, output: Path, *, outlives: bool = True) -> Child:
    """Start a command in ``folder``, detached: in a session of its own, at the lowest priority.

    Parameters
    ----------
    output
        Takes what the process prints, as the reason of one that dies before it has a log.
    outlives
        Whether it goes on when this process is gone, by a crash for instance; else it saves and stops then.

    Raises
    ------
    KeeperError
        It cannot be started.
    """
    reap()
    try:
        with output.open("wb") as file:
            process = subprocess.Popen(
                list(command_line), cwd=folder, env=environment(outlives=outlives), stdin=subprocess.DEVNULL,
                stdout=file, stderr=subprocess.STDOUT, start_new_session=os.name != "nt", creationflags=_flags(),
            )  # fmt: skip
    except OSError as error:
        raise KeeperError(f"the training cannot be started: {error.strerror or error} ({command_line[0]})") from error
    give_way(process.pid)
    return Child(process, outlives=outlives)


def reap() -> None:
    """Take the exit codes of children that were let go and have ended, so that none stays a zombie."""
    with _left_lock:
        _left[:] = [process for process in _left if process.poll() is None]


def give_way(pid: int) -> None:
    """Let everything else go first; best effort.

    On Linux a session has a scheduling group of its own, beside which the niceness of its processes counts for
    nothing (sched(7), autogroup); so the group gets it as well.
    """
    if os.name == "nt":
        return  # the flags of its start said so
    with suppress(psutil.Error, OSError):
        psutil.Process(pid).nice(_LOWEST)
    with suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(str(_LOWEST), "ascii")


def kill(pid: int, create_time: float) -> bool:
    """End exactly that process with all it has started; False when it is not there any more."""
    if not process_lives(pid, create_time):
        return False
    found: list[psutil.Process] = []
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        found = [process, *process.children(recursive=True)]
    if os.name != "nt":
        with suppress(OSError):
            if os.getpgid(pid) == pid != os.getpgid(0):  # its own group, as `launch` makes it
                os.killpg(pid, signal.SIGKILL)
    for process in found:
        with suppress(psutil.Error):
            process.kill()
    return True


def end(pid: int, create_time: float) -> None:
    """Ask exactly that process to end."""
    if process_lives(pid, create_time):
        with suppress(psutil.Error):
            psutil.Process(pid).terminate()


def environment(*, outlives: bool) -> dict[str, str]:
    """What a child of this program gets: it finds this very `training`, and leaves a core to the window."""
    wanted = {
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "PYTHONFAULTHANDLER": "1",
        # A core stays free for the window, and threads without work do not spin on the others.
        "OMP_NUM_THREADS": str(max(1, _cores() - 1)),
        "OMP_WAIT_POLICY": "PASSIVE",
    }
    root = str(Path(training.__file__).parents[1])
    path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    own = {} if outlives else {COMPANION_VARIABLE: f"{os.getpid()}:{_create_time(os.getpid())}"}
    return {**wanted, **os.environ, "PYTHONPATH": path, **own}


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        return os.cpu_count() or 1


def _flags() -> int:
    names = ("CREATE_NEW_PROCESS_GROUP", "CREATE_NO_WINDOW", "BELOW_NORMAL_PRIORITY_CLASS")
    return sum(getattr(subprocess, name, 0) for name in names) if os.name == "nt" else 0


def _create_time(pid: int) -> float:
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:  # it has ended already
        return 0.0

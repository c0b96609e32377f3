"""Windows only: torch's libraries must be loaded before Qt's."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path


def preload_torch_libraries() -> None:
    """Load c10.dll before Qt is imported: torch >= 2.9 fails with WinError 1114 when Qt's libraries came first.

    This takes milliseconds, where importing torch itself would hold the window back for seconds.
    """
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415
        import importlib.util  # noqa: PLC0415
        import os  # noqa: PLC0415

        found = importlib.util.find_spec("torch")
        if found is not None and found.origin is not None:
            folder = Path(found.origin).parent / "lib"
            os.add_dll_directory(str(folder))
            with contextlib.suppress(OSError):  # torch itself will say what is wrong, in its own words
                ctypes.CDLL(str(folder / "c10.dll"))

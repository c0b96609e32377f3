"""From the command line to the window: what is missing on this machine is said in one line, not as an ImportError."""

from __future__ import annotations

import argparse
import ctypes
import os
import re
import sys
from pathlib import Path

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.torch_libraries import preload_torch_libraries

# Shared libraries that Qt needs and a bare system lacks, with Debian's package for each.
_DEBIAN_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libz.so.1": "zlib1g",
    "libstdc++.so.6": "libstdc++6",
}
_XCB_LIBRARIES = [name for name in _DEBIAN_PACKAGES if name.startswith(("libxcb", "libX11", "libxkbcommon"))]


def launch(options: argparse.Namespace) -> int:
    """Open the window, or run it off screen where there is no display or a screenshot was asked for."""
    without = why_no_display()
    if without or options.screenshot is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    preload_torch_libraries()
    try:
        from dinoexplorer import app
    except ImportError as error:
        raise GeneratorError(missing_library(str(error))) from None
    if without and options.screenshot is None:
        print(
            f"{without}, so the window runs off screen. For a real window start this on a desktop, or over ssh -X, "
            "or under xvfb-run."
        )
        options.screenshot = Path("dinoexplorer.png")
    return app.run(options.checkpoint, document=options.document, device=options.device, screenshot=options.screenshot)


def why_no_display() -> str:
    """Why no window can be shown here, as the beginning of a sentence; empty where one can.

    Windows and macOS always have a display; elsewhere it is Wayland, or an X server that answers, or what Qt was told.

    Raises
    ------
    GeneratorError
        If a library that Qt's X11 plug-in needs is missing: Qt itself would end the process.
    """
    told = os.environ.get("QT_QPA_PLATFORM")
    if told:
        return "Qt was told to show no window" if told in {"offscreen", "minimal"} else ""
    if not sys.platform.startswith("linux") or os.environ.get("WAYLAND_DISPLAY"):
        return ""
    display = os.environ.get("DISPLAY")
    if not display:
        return "There is no display here"
    _check_xcb()
    return "" if _x_server_answers() else f"The display {display} does not answer"


def missing_library(message: str) -> str:
    """The sentence for an ImportError of Qt: which system package to install."""
    found = re.search(r"(lib[\w.+-]+\.so[\d.]*)", message)
    if found is None:
        return f"Qt could not be loaded ({message}); install the program again with: pip install dinoexplorer"
    return _install_sentence([found.group(1)])


def _check_xcb() -> None:
    missing = []
    for name in _XCB_LIBRARIES:
        try:
            ctypes.CDLL(name)
        except OSError:
            missing.append(name)
    if missing:
        raise GeneratorError(_install_sentence(missing))


def _x_server_answers() -> bool:
    """Whether the server of $DISPLAY takes a connection; a dead one (tmux, a lost ssh -X) makes Qt abort."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    try:
        return bool(xcb.xcb_connection_has_error(connection) == 0)
    finally:
        xcb.xcb_disconnect(connection)


def _install_sentence(libraries: list[str]) -> str:
    packages = sorted({_DEBIAN_PACKAGES.get(name, name) for name in libraries})
    what = "library" if len(libraries) == 1 else "libraries"
    return (
        f"Qt needs the system {what} {', '.join(libraries)}; install with: "
        f"sudo apt-get install -y {' '.join(packages)} (or your system's package of that name)."
    )

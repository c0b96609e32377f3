"""From the command line to the window: what is missing on this machine is said in one line, not as an ImportError."""

from __future__ import annotations

import argparse
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
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libz.so.1": "zlib1g",
    "libstdc++.so.6": "libstdc++6",
}
_XCB_LIBRARIES = [name for name in _DEBIAN_PACKAGES if name.startswith(("libxcb", "libX11", "libxkbcommon"))]


def launch(options: argparse.Namespace) -> int:
    """Open the window, or run it off screen where there is no display or a screenshot was asked for."""
    headless = not has_display()
    if headless or options.screenshot is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    elif sys.platform.startswith("linux"):
        _check_xcb()
    preload_torch_libraries()
    try:
        from dinoexplorer import app
    except ImportError as error:
        raise GeneratorError(missing_library(str(error))) from None
    if headless and options.screenshot is None:
        print(
            "There is no display here, so the window runs off screen. For a real window start this on a desktop, "
            "or over ssh -X, or under xvfb-run."
        )
        options.screenshot = Path("dinoexplorer.png")
    return app.run(options.checkpoint, device=options.device, screenshot=options.screenshot)


def has_display() -> bool:
    """Whether a window could be shown: always on Windows and macOS, on X11 or Wayland elsewhere, or as Qt was told."""
    if os.environ.get("QT_QPA_PLATFORM"):
        return os.environ["QT_QPA_PLATFORM"] not in {"offscreen", "minimal"}
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def missing_library(message: str) -> str:
    """The sentence for an ImportError of Qt: which system package to install."""
    found = re.search(r"(lib[\w.+-]+\.so[\d.]*)", message)
    if found is None:
        return f"Qt could not be loaded ({message}); install the program again with: pip install dinoexplorer"
    return _install_sentence([found.group(1)])


def _check_xcb() -> None:
    """Qt's X11 plug-in ends the process when a library is missing; look first."""
    import ctypes

    if not os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return
    missing = []
    for name in _XCB_LIBRARIES:
        try:
            ctypes.CDLL(name)
        except OSError:
            missing.append(name)
    if missing:
        raise GeneratorError(_install_sentence(missing))


def _install_sentence(libraries: list[str]) -> str:
    packages = sorted({_DEBIAN_PACKAGES.get(name, name) for name in libraries})
    what = "library" if len(libraries) == 1 else "libraries"
    return (
        f"Qt needs the system {what} {', '.join(libraries)}; install with: "
        f"sudo apt-get install -y {' '.join(packages)} (or your system's package of that name)."
    )

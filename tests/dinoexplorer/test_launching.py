from __future__ import annotations

import argparse
import ctypes
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

import dinoexplorer
from dinoexplorer import launching
from dinoexplorer.generators import GeneratorError


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")


@pytest.fixture
def fake_app(monkeypatch):
    """A `dinoexplorer.app` that only notes how it was run."""
    app = ModuleType("dinoexplorer.app")
    app.runs = []

    def run(checkpoint, *, document, device, screenshot):
        app.runs.append((checkpoint or document, device, screenshot, os.environ.get("QT_QPA_PLATFORM")))
        return 0

    app.run = run
    monkeypatch.setitem(sys.modules, "dinoexplorer.app", app)
    monkeypatch.setattr(dinoexplorer, "app", app, raising=False)
    return app


def options(screenshot=None, checkpoint=Path("a.safetensors"), document=None):
    return argparse.Namespace(
        checkpoint=checkpoint, document=document, device="cpu", screenshot=screenshot, debug=False
    )


@pytest.fixture
def x_server(monkeypatch):
    """Displays other than :0 do not answer; all libraries are there."""
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: None)
    monkeypatch.setattr(launching, "_x_server_answers", lambda: os.environ["DISPLAY"] == ":0")


@pytest.mark.parametrize(
    ("platform", "environment", "why"),
    [
        ("linux", {}, "There is no display here"),
        ("linux", {"DISPLAY": ":0"}, ""),
        ("linux", {"DISPLAY": ":77"}, "The display :77 does not answer"),
        ("linux", {"DISPLAY": ":77", "WAYLAND_DISPLAY": "wayland-0"}, ""),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, ""),
        ("linux", {"DISPLAY": ""}, "There is no display here"),
        ("linux", {"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, "Qt was told to show no window"),
        ("linux", {"QT_QPA_PLATFORM": "minimal"}, "Qt was told to show no window"),
        ("linux", {"QT_QPA_PLATFORM": "vnc"}, ""),
        ("win32", {}, ""),
        ("darwin", {}, ""),
        ("darwin", {"QT_QPA_PLATFORM": "offscreen"}, "Qt was told to show no window"),
    ],
)
def test_whether_a_window_can_be_shown(monkeypatch, x_server, platform, environment, why):
    monkeypatch.setattr(sys, "platform", platform)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert launching.why_no_display() == why


def test_a_display_nobody_serves_is_found_out_before_qt_aborts(monkeypatch):
    try:
        ctypes.CDLL("libxcb.so.1")
    except OSError:
        pytest.skip("libxcb is not installed here")
    monkeypatch.setenv("DISPLAY", ":987")
    assert launching._x_server_answers() is False


def test_without_a_display_the_window_runs_off_screen_and_says_how_to_get_a_real_one(fake_app, capsys):
    assert launching.launch(options()) == 0
    assert fake_app.runs == [(Path("a.safetensors"), "cpu", Path("dinoexplorer.png"), "offscreen")]
    assert capsys.readouterr().out == (
        "There is no display here, so the window runs off screen. For a real window start this on a desktop, "
        "or over ssh -X, or under xvfb-run.\n"
    )


def test_a_screenshot_is_made_off_screen_even_where_there_is_a_display(fake_app, x_server, monkeypatch, capsys):
    monkeypatch.setenv("DISPLAY", ":0")
    launching.launch(options(Path("shot.png")))
    assert fake_app.runs == [(Path("a.safetensors"), "cpu", Path("shot.png"), "offscreen")]
    assert capsys.readouterr().out == ""


def test_with_a_display_the_window_is_shown_there(fake_app, x_server, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":0")
    launching.launch(options())
    assert fake_app.runs == [(Path("a.safetensors"), "cpu", None, None)]


def test_a_missing_library_of_the_x11_plug_in_is_named_before_qt_ends_the_process(fake_app, monkeypatch):
    def load(name):
        if name in {"libxcb-cursor.so.0", "libxkbcommon-x11.so.0"}:
            raise OSError(name)

    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(ctypes, "CDLL", load)
    with pytest.raises(GeneratorError) as caught:
        launching.launch(options())
    assert str(caught.value) == (
        "Qt needs the system libraries libxkbcommon-x11.so.0, libxcb-cursor.so.0; "
        "install with: sudo apt-get install -y libxcb-cursor0 libxkbcommon-x11-0 "
        "(or your system's package of that name)."
    )
    assert fake_app.runs == []


@pytest.mark.parametrize(
    ("message", "library", "package"),
    [
        ("libEGL.so.1: cannot open shared object file: No such file or directory", "libEGL.so.1", "libegl1"),
        ("libgthread-2.0.so.0: cannot open shared object file", "libgthread-2.0.so.0", "libglib2.0-0"),
        ("libxcb-cursor.so.0: cannot open", "libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libstdc++.so.6: version `GLIBCXX_3.4.30' not found", "libstdc++.so.6", "libstdc++6"),
        ("libstrange.so.9: cannot open", "libstrange.so.9", "libstrange.so.9"),
    ],
)
def test_a_missing_library_is_told_with_its_package(message, library, package):
    assert launching.missing_library(message) == (
        f"Qt needs the system library {library}; install with: sudo apt-get install -y {package} "
        f"(or your system's package of that name)."
    )


def test_a_qt_that_is_not_installed_is_told_with_the_command():
    assert launching.missing_library("No module named 'PySide6'") == (
        "Qt could not be loaded (No module named 'PySide6'); install the program again with: pip install dinoexplorer"
    )


def test_an_import_error_of_the_window_becomes_one_line_on_stderr(monkeypatch, capsys):
    from dinoexplorer.cli import main

    class Broken:
        def find_spec(self, name, *_):
            if name == "dinoexplorer.app":
                raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.delitem(sys.modules, "dinoexplorer.app", raising=False)
    monkeypatch.delattr(dinoexplorer, "app", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    assert main(["--screenshot", "shot.png"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("dinoexplorer: Qt needs the system library libEGL.so.1; install with:")


def test_a_document_reaches_the_window(fake_app, monkeypatch):
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert launching.launch(options(checkpoint=None, document=Path("walk.dino.json"))) == 0
    assert fake_app.runs == [(Path("walk.dino.json"), "cpu", None, None)]

"""Ctrl+C in the terminal."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from dinoexplorer import app


@pytest.mark.skipif(os.name == "nt", reason="a process cannot send itself Ctrl+C there")
def test_ctrl_c_ends_the_window_with_130_while_qt_sleeps(write_fake, fake_renderer, tmp_path):
    before = signal.getsignal(signal.SIGINT)
    opened = threading.Event()
    fake_renderer.opened.connect(opened.set)

    def interrupt():
        opened.wait(20)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    code = app.run(write_fake(tmp_path / "disc.safetensors"), "cpu", renderer=fake_renderer)
    thread.join()
    assert code == 130
    assert signal.getsignal(signal.SIGINT) is before
    assert signal.set_wakeup_fd(-1) == -1

"""Where we stand on maps so large that looking for it takes longer than a frame."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from dinoexplorer.latent.locating import Locator


@pytest.fixture
def slow(desk, write_fake, tmp_path, monkeypatch):
    """A curved map whose search waits for its gate, and the threads in which it searched."""
    desk.open(write_fake(tmp_path / "wide.safetensors", 8, points=40, method="tsne"))
    monkeypatch.setattr("dinoexplorer.latent.locating._QUICK", 10)
    desk.gate, desk.threads = threading.Event(), []
    real = Locator.__call__

    def search(self, code):
        if not self.quick:
            desk.threads.append(threading.current_thread())
            assert desk.gate.wait(20)
        return real(self, code)

    monkeypatch.setattr(Locator, "__call__", search)
    yield desk
    desk.gate.set()


def test_the_window_goes_on_and_the_marker_follows(slow):
    latents, xy = slow.explorer.opened.latent_map.latents, slow.explorer.opened.latent_map.xy
    before = slow.canvas.marker
    slow.explorer.document.set_latent(latents[3] + 1e-4)
    slow.wait_for_picture()
    slow.qtbot.waitUntil(lambda: bool(slow.threads), timeout=5_000)
    assert slow.canvas.marker is before
    for number in (5, 7, 9):  # of what changes meanwhile only the last is looked for
        slow.explorer.document.set_latent(latents[number] + 1e-4)
        slow.wait_for_picture()
    slow.gate.set()
    slow.qtbot.waitUntil(lambda: slow.canvas.marker.x == xy[9, 0], timeout=5_000)
    assert slow.canvas.marker.approximate
    assert len(slow.threads) == 2
    assert threading.main_thread() not in slow.threads


def test_a_place_that_was_steered_to_needs_no_search(slow):
    slow.drag(slow.canvas, [slow.place(x, 0.1) for x in (-0.6, 0.0, 0.4)])
    slow.wait_for_picture()
    assert not slow.threads
    assert slow.canvas.marker.x == pytest.approx(0.4, abs=0.1)


def test_a_search_in_a_map_that_is_gone_says_nothing(slow, write_fake, tmp_path):
    slow.explorer.document.set_latent(slow.explorer.opened.latent_map.latents[3] + 1e-4)
    slow.qtbot.waitUntil(lambda: bool(slow.threads), timeout=5_000)
    slow.open(write_fake(tmp_path / "disc.safetensors", 2, points=60))
    here = slow.canvas.marker
    with slow.qtbot.waitSignal(slow.explorer.map_panel._finder.found, timeout=5_000):
        slow.gate.set()
    assert slow.canvas.marker is here


def test_small_maps_and_planes_are_searched_at_once(make_map):
    assert Locator(make_map(500, 8)).quick
    codes = np.zeros((40_000, 60), np.float32)
    places = np.zeros((40_000, 2), np.float32)
    assert not Locator(make_map(codes=codes, xy=places, method="tsne")).quick
    assert Locator(make_map(codes=places, xy=places, method="plane")).quick

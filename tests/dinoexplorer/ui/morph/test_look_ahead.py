"""Frames of the film are made before they are asked for."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from dinoexplorer.ui.morph import lanes


def ready(person):
    """Wait until all frames are there."""
    film = person.film()
    frames = person.morph.ahead.frames
    person.qtbot.waitUntil(lambda: frames.spans() == [(0, film.distinct)], timeout=20_000)
    return film


def bar(person):
    """The grey levels along the bar below the ruler."""
    image = person.view.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    data = np.frombuffer(image.constBits(), np.uint8, image.bytesPerLine() * image.height())
    pixels = data.reshape(image.height(), -1)[:, : image.width() * 3].reshape(image.height(), -1, 3)
    return pixels[lanes.RULER + 2].astype(int).sum(axis=-1)


def test_going_through_a_film_that_is_there_needs_no_decode(filled):
    film = ready(filled)
    decoded = filled.desk.generator.decoded
    filled.preview.go_to_time(0.0)
    filled.shows(film.code(0))
    decoded.clear()
    for seconds in (1.5, 0.5, 3.9):
        filled.preview.go_to_time(seconds)
        filled.shows(film.code(film.frame_at(seconds)))
    expected = filled.desk.generator.decode_frame(film.code(117), filled.desk.view.side(), smooth=True)
    assert len(decoded) == 1  # the one to compare with
    assert np.array_equal(filled.desk.view.frame.image, expected)


def test_the_bar_below_the_ruler_shows_what_is_there(filled):
    ready(filled)
    row = bar(filled)
    inside, outside = row[filled.x(0.5) : filled.x(3.5)], row[filled.x(4.1) :]
    assert len(np.unique(inside)) == 1
    assert abs(int(inside[0]) - int(outside[-1])) > 100
    filled.desk.press("explore")
    filled.desk.press("morph")
    ready(filled)


def test_after_an_edit_only_the_frames_at_other_times_are_made_anew(filled):
    ready(filled)
    decoded = filled.desk.generator.decoded
    decoded.clear()
    filled.panel.row.easing.chosen.emit("linear")  # of the last keyframe, which has no way on
    filled.view.selected.emit(1)
    filled.panel.row.easing.chosen.emit("linear")
    film = ready(filled)
    first_half = {film.code(frame).tobytes() for frame in range(61)}
    assert 0 < len(decoded) <= 61
    assert not first_half & {np.float32(code).tobytes() for code in decoded if code is not filled.desk.latent}


def test_another_size_of_the_picture_is_made_anew(filled):
    film = ready(filled)
    filled.desk.window.resize(1300, 900)
    side = filled.desk.view.side
    before = side()
    filled.qtbot.waitUntil(lambda: side() != before or side() > 0)
    ready(filled)
    store = filled.desk.renderer.store
    assert store.picture(film.code(60), side(), smooth=True) is not None


def test_nothing_is_made_ahead_outside_of_morph(filled):
    ready(filled)
    filled.desk.press("explore")
    assert not filled.morph.ahead.frames.busy
    assert filled.morph.ahead.frames.spans() == []

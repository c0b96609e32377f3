"""From a material and an order to a film: what it takes, when it may go on, what it carries."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, features

from dinoexplorer.document.embedding import read_embedded
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.export import video
from dinoexplorer.morph.export.cancelling import Cancelled
from dinoexplorer.morph.export.choices import film_choices
from dinoexplorer.morph.export.estimating import estimate
from dinoexplorer.morph.export.exporting import export
from dinoexplorer.morph.export.making import Material, Order, begun_at, make_film, reel_of
from dinoexplorer.morph.export.notes import read_note
from dinoexplorer.morph.export.settings import ExportSettings
from dinoexplorer.morph.keyframe import Segment
from dinoexplorer.morph.look import Look
from dinoexplorer.morph.surroundings import Surroundings
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.morph.timeline_json import as_json, read_timeline


@pytest.fixture
def material(plane_checkpoint):
    from dinoexplorer.generators import open_generator

    generator = open_generator(plane_checkpoint)
    timeline = Timeline.through(3 * generator.info.latent.sample(3, 1), Segment(4.0))
    note = lambda: json.dumps({"told": "plane"})  # noqa: E731
    return Material("plane", generator, Surroundings(generator.info), (timeline,), note)


def order(path, **settings) -> Order:
    return Order(path, fps=10, look=Look(32), settings=ExportSettings(**settings))


@pytest.mark.parametrize("name", ["film.gif", "film.webp", "film.png", "film.mp4", "film.webm", "film"])
def test_an_estimate_tells_the_frames_exactly_and_the_size_about(material, tmp_path, name):
    wanted = order(tmp_path / name)
    found = estimate(material, wanted)
    reel = make_film(material, wanted)
    assert (found.frames, found.width, found.height, found.seconds) == (81, 32, 32, reel.seconds)
    path = tmp_path / name
    size = sum(file.stat().st_size for file in path.iterdir()) if path.is_dir() else path.stat().st_size
    assert size / 2.5 < found.size < 2.5 * size
    assert found.work > 0


def test_an_estimate_writes_nothing_and_refuses_what_the_film_would_be_refused_for(material, tmp_path):
    estimate(material, order(tmp_path / "film.mp4"))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(MorphError, match="even size"):
        estimate(material, replace(order(tmp_path / "film.mp4"), look=Look(33)))
    grid = replace(material, timelines=material.timelines * 2)
    with pytest.raises(MorphError, match="A contact sheet is made of a square film"):
        estimate(grid, replace(order(tmp_path / "film.gif"), sheet=tmp_path / "sheet.png"))
    with pytest.raises(MorphError, match="A contact sheet is made of a square film"):
        make_film(grid, replace(order(tmp_path / "film.gif"), sheet=tmp_path / "sheet.png"))
    assert list(tmp_path.iterdir()) == []


def test_an_estimate_leaves_off_when_it_is_told_to(material, tmp_path):
    with pytest.raises(Cancelled):
        estimate(material, order(tmp_path / "film.gif"), stopped=lambda: True)


def test_a_film_of_one_frame_is_estimated_too(material, tmp_path):
    still = replace(material, timelines=(Timeline(material.timelines[0].keyframes[:1]),))
    assert estimate(still, order(tmp_path / "film.gif")).frames == 1


def test_it_asks_before_each_batch_whether_it_may_go_on_and_the_frames_are_the_same(material, tmp_path):
    asked = []
    make_film(material, order(tmp_path / "one.png"), pause=lambda: asked.append(1), threads=1)
    make_film(material, order(tmp_path / "two.png"))
    assert len(asked) == 3  # of 32 frames each
    frames = []
    for name in ("one.png", "two.png"):
        with Image.open(tmp_path / name) as film:
            film.seek(40)
            frames.append(np.asarray(film.convert("RGB")))
    assert np.array_equal(*frames)
    assert np.array_equal(frames[0], reel_of(material, order(tmp_path / "x.png")).picture(40))


def test_the_note_goes_into_the_film(material, tmp_path):
    make_film(material, order(tmp_path / "film.gif"))
    assert read_note(tmp_path / "film.gif") == '{"told": "plane"}'


@pytest.mark.parametrize("size", [10, 2**20, 2**20 + 1, 3 * 2**20])
@pytest.mark.parametrize("name", ["film.png", "film"])
def test_a_text_of_any_length_is_read_from_a_png(make_reel, tmp_path, name, size):
    note = ("Brontë " * size)[: size - 1]
    export(make_reel(seconds=0.1), tmp_path / name, ExportSettings(note=note))
    path = tmp_path / name if name == "film.png" else tmp_path / "film/000001.png"
    assert read_note(path) == note
    assert read_embedded(path) == note


def test_the_same_motion_begins_elsewhere(material):
    timeline = material.timelines[0]
    moved = begun_at(timeline, np.array([5, -5], np.float32))
    assert np.array_equal(moved.keyframes[0].code, [5, -5])
    assert np.allclose(np.diff(moved.codes, axis=0), np.diff(timeline.codes, axis=0), atol=1e-5)
    assert moved.segments == timeline.segments


def test_a_timeline_is_read_from_the_document_that_holds_it(material, tmp_path):
    timeline = material.timelines[0]
    (tmp_path / "walk.dino.json").write_text(json.dumps({"version": 1, "timeline": as_json(timeline)}))
    assert read_timeline(tmp_path / "walk.dino.json") == timeline
    (tmp_path / "empty.dino.json").write_text('{"version": 1, "timeline": null}')
    with pytest.raises(MorphError, match="This is no timeline"):
        read_timeline(tmp_path / "empty.dino.json")


def test_every_way_to_write_a_film_is_listed_with_what_is_missing(monkeypatch):
    titles = [choice.title for choice in film_choices() if not choice.missing]
    assert titles == [
        "MP4 (H.264)", "MP4 (H.265)", "MP4 (AV1)", "WebM (VP9)", "WebM (AV1)",
        "GIF", "Animated WebP", "Animated PNG", "Folder of PNG pictures",
    ]  # fmt: skip
    monkeypatch.setitem(video.CODECS, "vp9", video.Codec("vp9", "VP9", "libnothing", (1, 1, 1), ()))
    monkeypatch.setattr(features, "check", lambda _name: False)
    missing = {choice.key: choice.missing for choice in film_choices() if choice.missing}
    assert missing == {
        "webm-vp9": "The FFmpeg of this machine cannot write VP9 (libnothing is missing); choose av1.",
        "webp": "The Pillow of this machine was built without WebP; install it with 'pip install pillow', or choose "
        "PNG.",
    }

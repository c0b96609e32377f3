"""The sound under a film, and the order of what an MP4 file holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dinoexplorer.generators import open_generator
from dinoexplorer.morph.export.exporting import export
from dinoexplorer.morph.export.making import Material, Order, make_film, reel_of
from dinoexplorer.morph.export.settings import ExportSettings
from dinoexplorer.morph.hearing import hear
from dinoexplorer.morph.keyframe import Direction, Segment
from dinoexplorer.morph.look import Card, Look
from dinoexplorer.morph.music import Following
from dinoexplorer.morph.music_edits import begun_at, follows, heard_from
from dinoexplorer.morph.sound import listen
from dinoexplorer.morph.surroundings import Surroundings
from dinoexplorer.morph.timeline import Timeline

av = pytest.importorskip("av")


def boxes(path) -> list[str]:
    """What an MP4 file holds, in its order."""
    data, place, found = path.read_bytes(), 0, []
    while place < len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        found.append(data[place + 4 : place + 8].decode())
        place += size
    return found


def pictures(path) -> int:
    with av.open(str(path)) as film:
        return sum(1 for _ in film.decode(video=0))


@pytest.mark.parametrize("codec", ["h264", "h265", "av1"])
def test_the_index_of_an_mp4_comes_before_its_pictures(make_reel, write_drums, tmp_path, codec):
    reel = make_reel(seconds=3.0, side=64)
    path = tmp_path / "größe.mp4"
    audio = write_drums([0.5, 1.0])
    export(reel, path, ExportSettings(codec=codec, quality="master", note="x" * 200_000, audio=audio))
    found = boxes(path)
    assert found.index("moov") < found.index("mdat")
    assert pictures(path) == reel.frames
    assert listen(path).onsets()[:2] == pytest.approx([0.5, 1.0], abs=0.06)


@pytest.mark.parametrize("name", ["film.mp4", "film.webm"])
@pytest.mark.parametrize("start", [0.0, 0.7, -0.4])
def test_the_sound_begins_where_it_is_told_to(make_reel, write_drums, tmp_path, name, start):
    settings = ExportSettings(audio=write_drums([1.0, 2.0], 3.5), audio_start=start)
    export(make_reel(seconds=3.0), tmp_path / name, settings)
    assert listen(tmp_path / name).onsets() == pytest.approx([1.0 - start, 2.0 - start], abs=0.06)


def test_a_sound_that_is_over_before_the_film_begins_is_silence(make_reel, write_drums, tmp_path):
    settings = ExportSettings(audio=write_drums([0.5], 1.0), audio_start=30.0)
    export(make_reel(), tmp_path / "film.mp4", settings)
    assert pictures(tmp_path / "film.mp4") == 6


@pytest.fixture
def material(plane_checkpoint, write_drums):
    generator = open_generator(plane_checkpoint)
    timeline = Timeline.through(generator.info.latent.sample(2, 5), Segment(2.0))
    timeline = heard_from(timeline, hear(write_drums([0.5, 1.5], 4.0)))
    along = Direction("along", np.float32([3.0, 0.0]))
    timeline = follows(timeline, "along", Following("along", "low", 2.0, 0.1), along)
    return Material("a", generator, Surroundings(generator.info), (timeline,))


def test_an_export_has_listened_before_it_begins(material, tmp_path):
    order = Order(tmp_path / "film.png", fps=10, look=Look(16))
    reel = make_film(material, order)
    still = reel_of(replace(material, timelines=(replace(material.timelines[0], music=None),)), order)
    same = [np.array_equal(reel.picture(frame), still.picture(frame)) for frame in range(reel.frames)]
    assert not same[5]  # the drum
    assert same[3]  # before it


def test_the_music_begins_with_the_first_keyframe_after_a_title(material, tmp_path):
    timeline = begun_at(material.timelines[0], 0.25)
    settings = ExportSettings(audio=hear(tmp_path / "drums.wav").path)
    look = Look(16, title=Card("Dinosaurs", seconds=1.0))
    make_film(replace(material, timelines=(timeline,)), Order(tmp_path / "a.mp4", fps=10, look=look, settings=settings))
    assert listen(tmp_path / "a.mp4").onsets() == pytest.approx([1.25, 2.25], abs=0.06)
    make_film(material, Order(tmp_path / "b.mp4", fps=10, look=Look(16), settings=settings))
    assert listen(tmp_path / "b.mp4").onsets() == pytest.approx([0.5, 1.5], abs=0.06)

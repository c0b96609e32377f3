"""``dinoexplorer morph`` with music: what follows it, from options and from documents."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from dinoexplorer.document.checking import all_unlocked
from dinoexplorer.document.document_file import compose, write_document
from dinoexplorer.document.finding import reference_to
from dinoexplorer.document.standing import Direction as KeptDirection
from dinoexplorer.document.standing import Standing, frozen
from dinoexplorer.generators import open_generator, read_info
from dinoexplorer.latent.direction import Direction as FoundDirection
from dinoexplorer.latent.direction_files import write_directions
from dinoexplorer.morph.export.notes import read_note
from dinoexplorer.morph.film import Film
from dinoexplorer.morph.hearing import hear
from dinoexplorer.morph.keyframe import Direction, Segment
from dinoexplorer.morph.look import Look
from dinoexplorer.morph.music import Following
from dinoexplorer.morph.music_edits import follows, heard_from
from dinoexplorer.morph.reel import Reel
from dinoexplorer.morph.sound import listen
from dinoexplorer.morph.surroundings import Surroundings
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.morph.timeline_json import as_json, from_json

FRAMES = ("--fps", "10", "--size", "16")


def frames_of(path):
    with Image.open(path) as image:
        return np.stack([np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)])


def reel_of(checkpoint, timeline, heard):
    generator = open_generator(checkpoint)
    return Reel(generator, [Film(timeline, 10, Surroundings(generator.info), heard)], Look(16))


@pytest.fixture
def drums(write_drums):
    return write_drums([0.5, 1.5], 4.0)


@pytest.fixture
def line(plane_checkpoint, drums):
    """A timeline along which a direction follows the bass of the drums."""
    info = read_info(plane_checkpoint)
    timeline = heard_from(Timeline.through(info.latent.sample(2, 5), Segment(2.0)), hear(drums))
    wish = Following("along", "low", 2.0, 0.2)
    return follows(timeline, "along", wish, Direction("along", np.float32([3.0, 0.0])))


@pytest.fixture
def document(plane_checkpoint, line, tmp_path):
    """A document of it, which keeps another direction besides."""
    info = read_info(plane_checkpoint)
    code = line.keyframes[0].code
    kept = KeptDirection(1, "kept", frozen(np.float32([0.0, 1.0])), 2.0)
    standing = Standing(frozen(code), all_unlocked(2), directions=(kept,), timeline=json.dumps(as_json(line)))
    path = tmp_path / "walk.dino.json"
    write_document(path, compose(standing, info.latent, reference_to(info, path), beside=path))
    return path


def test_a_document_carries_what_follows_the_music(run, plane_checkpoint, document, line):
    out = document.with_name("film.png")
    assert json.loads(document.read_text())["timeline"]["music"]["path"] == "drums.wav"
    code, _, err = run("morph", plane_checkpoint, "--timeline", document, *FRAMES, "--out", out)
    assert (code, err) == (0, "")
    reel = reel_of(plane_checkpoint, line, listen(Path(line.music.path)))
    assert np.array_equal(frames_of(out), np.stack([reel.picture(frame) for frame in range(reel.frames)]))
    plain = reel_of(plane_checkpoint, replace(line, music=None), None)
    assert not np.array_equal(frames_of(out)[6], plain.picture(6))


def test_a_document_alone_is_filmed_at_its_own_rate(run, plane_checkpoint, document, line):
    out = document.with_name("film.png")
    text = document.read_text()
    document.write_text(text.replace('"repeat"', '"fps": 10, "repeat"', 1))
    code, _, err = run("morph", document, "--size", "16", "--out", out)
    assert (code, err) == (0, "")
    reel = reel_of(plane_checkpoint, line, listen(Path(line.music.path)))
    assert np.array_equal(frames_of(out), np.stack([reel.picture(frame) for frame in range(reel.frames)]))
    parts = json.loads(text)
    del parts["timeline"]
    document.write_text(json.dumps(parts))
    assert run("morph", document, "--out", out)[2] == (
        "dinoexplorer: There are no keyframes in this document; add some in Morph, or give --seeds.\n"
    )
    code, _, err = run("morph", plane_checkpoint, "--out", out)
    assert code == 2
    assert "one of the arguments --seeds --latents --timeline is required, unless a document is filmed" in err


def test_options_say_the_same_as_a_document(run, plane_checkpoint, line, drums, tmp_path):
    info = read_info(plane_checkpoint)
    found = FoundDirection("along", np.float32([1.0, 0.0]), 3.0, "drawn", info.sha256, None, None, None)
    write_directions(tmp_path / "found.npz", [found])
    np.save(tmp_path / "codes.npy", line.codes)
    out = tmp_path / "film.png"
    code, _, err = run(
        "morph", plane_checkpoint, "--latents", tmp_path / "codes.npy", "--audio", drums, "--follow",
        "along=bass:2:0.2", "--directions", tmp_path / "found.npz", *FRAMES, "--out", out,
    )  # fmt: skip
    assert (code, err) == (0, "")  # a picture carries no sound, but may follow one
    reel = reel_of(plane_checkpoint, line, listen(drums))
    assert np.array_equal(frames_of(out), np.stack([reel.picture(frame) for frame in range(reel.frames)]))
    out = tmp_path / "film.mp4"
    code, _, err = run(
        "morph", plane_checkpoint, "--latents", tmp_path / "codes.npy", "--audio", drums, "--follow",
        "along=bass:2:0.2", "--directions", tmp_path / "found.npz", *FRAMES, "--out", out,
    )  # fmt: skip
    assert (code, err) == (0, "")
    carried = from_json(json.loads(read_note(out))["timeline"])
    assert carried.music == replace(line.music, path="drums.wav")  # nothing says where it lies
    assert carried.directions == line.directions
    assert listen(out).onsets() == pytest.approx([0.5, 1.5], abs=0.06)


def test_the_truncation_and_directions_of_the_document_follow_too(run, plane_checkpoint, document, line, tmp_path):
    out = tmp_path / "film.mp4"
    code, _, err = run(
        "morph", plane_checkpoint, "--timeline", document, "--follow", "kept=treble", "--follow",
        "truncation=loudness:-0.5:0", "--audio-start", "0.25", *FRAMES, "--out", out,
    )  # fmt: skip
    assert (code, err) == (0, "")
    music = from_json(json.loads(read_note(out))["timeline"]).music
    assert music.start == 0.25
    assert music.followings == (
        *line.music.followings, Following("kept", "high"), Following("truncation", "all", -0.5, 0.0)
    )  # fmt: skip
    assert listen(out).onsets() == pytest.approx([0.25, 1.25], abs=0.06)


def test_a_document_whose_sound_is_gone_is_filmed_with_a_quiet_note(run, plane_checkpoint, document, drums, tmp_path):
    drums.unlink()
    code, said, err = run("morph", plane_checkpoint, "--timeline", document, *FRAMES, "--out", tmp_path / "film.mp4")
    assert code == 0
    assert said.startswith("21 frames")
    assert err == (
        f"{drums} is not there; the film has no sound.\n"
        f"There is no sound file {drums}; check the name. What follows the music rests.\n"
    )


def test_keyframes_go_to_the_onsets_of_the_sound_of_a_document(run, plane_checkpoint, document, tmp_path):
    out = tmp_path / "film.png"
    code, said, _ = run("morph", plane_checkpoint, "--timeline", document, "--beats", "onsets", *FRAMES, "--out", out)
    assert (code, said[:9]) == (0, "6 frames,")


@pytest.mark.parametrize(
    "case",
    [
        (("--follow", "truncation=bass"), 1, "--follow needs a sound to listen to; name it with --audio."),
        (("--follow", "up=bass", "--audio", "drums.wav"), 1,
         "--follow: there is no direction called 'up'; there is truncation. --directions adds more."),
        (("--follow", "up"), 2, "up is not DIRECTION=BAND or DIRECTION=BAND:STRENGTH:SECONDS; the bands are loudness, "
         "bass, middle, treble"),
        (("--follow", "up=alto"), 2, "up=alto is not DIRECTION=BAND"),
        (("--follow", "up=bass:x"), 2, "up=bass:x is not DIRECTION=BAND"),
        (("--follow", "up=bass:1:2:3"), 2, "up=bass:1:2:3 is not DIRECTION=BAND"),
        (("--follow", "up=bass:1e9"), 2, "Nothing follows the music 1e+09 times; give -100 to 100"),
        (("--audio-start", "soon"), 2, "soon is not a number of seconds from 0 to 3600"),
    ],
)  # fmt: skip
def test_what_cannot_be_followed_is_said(run, plane_checkpoint, drums, monkeypatch, case):
    options, code, sentence = case
    monkeypatch.chdir(drums.parent)
    ended, _, err = run("morph", plane_checkpoint, "--seeds", "1,2", *options, "--out", "film.mp4")
    assert ended == code
    assert sentence in err
    assert not (drums.parent / "film.mp4").exists()

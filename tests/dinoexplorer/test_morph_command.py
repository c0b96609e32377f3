"""``dinoexplorer morph`` from end to end, as contracts.md has it."""

from __future__ import annotations

import json
import wave

import numpy as np
import pytest
from PIL import Image, ImageSequence

from dinoexplorer.generators import open_generator, read_info
from dinoexplorer.morph.export.exporting import export
from dinoexplorer.morph.export.notes import read_note
from dinoexplorer.morph.film import Film
from dinoexplorer.morph.keyframe import Keyframe, Segment
from dinoexplorer.morph.look import Look
from dinoexplorer.morph.reel import Reel
from dinoexplorer.morph.surroundings import Surroundings
from dinoexplorer.morph.timeline import Timeline
from dinoexplorer.morph.timeline_json import as_json, from_json


def frames_of(path):
    with Image.open(path) as image:
        return np.stack([np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)])


def test_the_command_writes_the_frames_of_a_library_call(run, plane_checkpoint, tmp_path):
    out = tmp_path / "new/film.png"
    code, said, err = run(
        "morph", plane_checkpoint, "--seeds", "3,1", "--seconds", "0.5", "--fps", "12", "--size", "24", "--out", out
    )
    assert (code, said, err) == (0, f"7 frames, 0.58 s, 24 x 24 pixels, saved in {out}\n", "")
    generator = open_generator(plane_checkpoint)
    codes = np.concatenate([generator.info.latent.sample(1, seed) for seed in (3, 1)])
    film = Film(Timeline.through(codes, Segment(0.5)), 12, Surroundings(generator.info))
    reel = Reel(generator, [film], Look(24))
    export(reel, tmp_path / "library.png")
    assert np.array_equal(frames_of(out), frames_of(tmp_path / "library.png"))
    assert np.array_equal(frames_of(out)[6], reel.picture(6))


def test_the_middle_of_a_segment_is_the_child_of_its_two_codes(run, plane_checkpoint, tmp_path):
    """Sine easing is half way in the middle: the thesis's child of two parents."""
    codes = np.float32([[-1, 0.5], [1, 1.5]])
    np.save(tmp_path / "codes.npy", codes)
    run("morph", plane_checkpoint, "--latents", tmp_path / "codes.npy", "--seconds", 1, "--fps", 10, "--size", 16,
        "--out", tmp_path / "film.png")  # fmt: skip
    child = open_generator(plane_checkpoint).decode(codes.mean(axis=0))[0]
    assert np.abs(frames_of(tmp_path / "film.png")[5].astype(int) - child).max() <= 1


@pytest.mark.parametrize(("options", "count"), [((), 7), (("--loop",), 9), (("--ping-pong",), 12)])
def test_a_film_is_played_once_in_a_loop_or_there_and_back(run, plane_checkpoint, tmp_path, options, count):
    out = tmp_path / "film.png"
    run("morph", plane_checkpoint, "--seeds", "1,2,3", "--seconds", 0.5, "--fps", 6, "--size", 16, *options,
        "--out", out)  # fmt: skip
    frames = frames_of(out)
    assert len(frames) == count
    assert not np.array_equal(frames[0], frames[-1])


def test_several_seeds_and_a_sheet_and_a_folder(run, plane_checkpoint, tmp_path):
    code, said, _ = run(
        "morph", plane_checkpoint, "--seeds", "1,2", "--seeds", "3,4", "--seeds", "5,6", "--seeds", "7,8",
        "--seconds", "0.25", "--fps", "8", "--size", "16", "--title", "Four", "--sheet", tmp_path / "sheet.png",
        "--out", f"{tmp_path}/frames/",
    )  # fmt: skip
    assert (code, said) == (0, f"19 frames, 2.38 s, 32 x 32 pixels, saved in {tmp_path}/frames\n")
    assert len(list((tmp_path / "frames").iterdir())) == 19
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.size == (64, 64)


def test_a_timeline_file_and_the_timeline_in_the_film_give_the_same_film(run, deep_checkpoint, tmp_path):
    codes = read_info(deep_checkpoint).latent.sample(2, 4)
    keys = (Keyframe(codes[0], hold=0.25, segment=Segment(0.5, "back", "slerp"), channels={"truncation": 0.7}),
            Keyframe(codes[1], segment=Segment(0.5, "bezier(0.3,0,0.6,1)", "circle(0.2)")))  # fmt: skip
    (tmp_path / "line.json").write_text(json.dumps(as_json(Timeline(keys, "loop"))))
    run("morph", deep_checkpoint, "--timeline", tmp_path / "line.json", "--fps", 8, "--size", 32,
        "--out", tmp_path / "one.png")  # fmt: skip
    note = json.loads(read_note(tmp_path / "one.png"))
    assert note["checkpoint"]["sha256"] == read_info(deep_checkpoint).sha256
    again = from_json(note["timeline"])
    assert again == Timeline(keys, "loop")
    (tmp_path / "again.json").write_text(json.dumps(as_json(again)))
    run("morph", deep_checkpoint, "--timeline", tmp_path / "again.json", "--fps", 8, "--size", 32,
        "--out", tmp_path / "two.png")  # fmt: skip
    assert len(frames_of(tmp_path / "one.png")) == 10
    assert np.array_equal(frames_of(tmp_path / "one.png"), frames_of(tmp_path / "two.png"))


def test_the_film_format_follows_the_ending(run, plane_checkpoint, tmp_path):
    marks = {"mp4": (4, b"ftyp"), "webm": (0, b"\x1a\x45\xdf\xa3"), "gif": (0, b"GIF89a"), "webp": (8, b"WEBP")}
    for ending, (place, mark) in marks.items():
        out = tmp_path / f"film.{ending}"
        code, *_ = run("morph", plane_checkpoint, "--seeds", "1,2", "--seconds", 0.2, "--fps", 10, "--size", 32,
                       "--quality", "small", "--out", out)  # fmt: skip
        assert code == 0
        assert out.read_bytes()[place:].startswith(mark)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--easing", "wobble"), "There is no easing called 'wobble'; use sine, back, bezier, cubic, elastic, hold, "
                                 "linear, smoothstep."),
        (("--path", "detour"), "There is no path called 'detour'; use straight, circle, data, map, noise, slerp, "
                               "spline."),
        (("--path", "data"), "This path needs the latent map of plane.safetensors, which is not there; make it with "
                             "'dinoexplorer map plane.safetensors'."),
        (("--fps", "200"), "A film cannot have 200 frames a second; give 1 to 120."),
        (("--seconds", "0"), "A segment of 0 seconds does not work; it takes 0.001 to 3600 seconds."),
        (("--size", "33"), "MP4 films have an even size, not 33 x 33 pixels; give an even --size, such as 34."),
        (("--label", "horned"), "plane.safetensors is not class-conditional, so --label has no meaning for it."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_one_line(run, plane_checkpoint, tmp_path, options, sentence):
    code, said, err = run("morph", plane_checkpoint, "--seeds", "1,2", *options, "--out", tmp_path / "film.mp4")
    assert (code, said, err) == (1, "", f"dinoexplorer: {sentence}\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--seeds", "1,x"), "'x' is not a whole number from 0 up"),
        (("--seeds", "1", "--latents", "a.npy"), "not allowed with argument"),
        ((), "one of the arguments --seeds --latents --timeline is required"),
        (("--seeds", "1", "--loop", "--ping-pong"), "not allowed with argument"),
        (("--seeds", "1", "--background", "blue"), "'blue' is neither a colour such as 20242c nor none"),
    ],
)
def test_wrong_usage_ends_with_2(run, plane_checkpoint, options, complaint):
    code, _, err = run("morph", plane_checkpoint, *options, "--out", "film.gif")
    assert code == 2
    assert complaint in err


def times_of(path):
    """When the keyframes of the film that a file carries are reached."""
    timeline = from_json(json.loads(read_note(path))["timeline"])
    return [timeline.time_of(number) for number in range(len(timeline.keyframes))]


def test_keyframes_fall_on_the_beat(run, plane_checkpoint, tmp_path):
    out = tmp_path / "film.gif"
    words = (
        "morph",
        plane_checkpoint,
        "--seeds",
        "1,2,3",
        "--seconds",
        "0.7",
        "--fps",
        "5",
        "--size",
        "16",
        "--out",
        out,
    )
    assert run(*words, "--beats", "120")[0] == 0
    assert times_of(out) == pytest.approx([0, 0.5, 1.5])
    assert run(*words, "--beats", "60,0.25")[0] == 0
    assert times_of(out) == pytest.approx([0, 0.25, 1.25])
    assert run(*words, "--beats", "slow")[2].endswith(
        "slow is neither beats a minute, such as 120, nor the word onsets\n"
    )
    assert run(*words, "--beats", "onsets") == (
        1, "", "dinoexplorer: --beats onsets needs a sound to listen to; name it with --audio.\n",
    )  # fmt: skip


def test_keyframes_fall_where_something_begins_in_a_sound(run, plane_checkpoint, tmp_path):
    rate, clicks = 22_050, (0.6, 1.1)
    samples = np.zeros(2 * rate)
    for start in clicks:
        place = round(start * rate)
        samples[place : place + 2000] = np.sin(np.arange(2000) / 5) * np.exp(-np.arange(2000) / 400)
    sound, out = tmp_path / "clicks.wav", tmp_path / "film.mp4"
    with wave.open(str(sound), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 30_000).astype("<i2").tobytes())
    code, _, err = run(
        "morph", plane_checkpoint, "--seeds", "1,2,3", "--fps", "10", "--size", "32", "--audio", sound,
        "--beats", "onsets", "--out", out,
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert times_of(out) == pytest.approx([0, *clicks], abs=0.03)

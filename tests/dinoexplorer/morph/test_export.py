"""Films read back: by Pillow where it can, by FFmpeg where not, by our own reader for the text they carry."""

from __future__ import annotations

import errno
import importlib.util
import math
import struct
import threading
import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.export import exporting, video
from dinoexplorer.morph.export.cancelling import Cancellation, Cancelled
from dinoexplorer.morph.export.exporting import export, save_contact_sheet
from dinoexplorer.morph.export.formats import all_formats
from dinoexplorer.morph.export.notes import read_note
from dinoexplorer.morph.export.pipeline import Pipeline
from dinoexplorer.morph.export.settings import ExportSettings

NOTE = '{"checkpoint": "dinosaurs", "name": "Brontë & <friends>"}' + " " * 700
VIDEOS = [("film.mp4", ""), ("film.mp4", "h265"), ("film.mp4", "av1"), ("film.webm", "vp9"), ("film.webm", "av1")]
PICTURES = ["film.gif", "film.webp", "film.png"]


def pictures_of(path):
    """Frames (n, h, w, 3) and their durations in seconds, as Pillow reads them."""
    with Image.open(path) as image:
        durations, frames = [], []
        for frame in ImageSequence.Iterator(image):
            frames.append(np.asarray(frame.convert("RGB")))
            durations.append(frame.info["duration"] / 1000)
    return np.stack(frames), durations


def video_of(path):
    """Frames, the rate, and seconds of sound."""
    import av

    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        frames = np.stack([frame.to_ndarray(format="rgb24") for frame in film.decode(stream)])
        rate = float(stream.average_rate)
    with av.open(str(path)) as film:
        sound = 0.0
        if film.streams.audio:
            sound = sum(frame.samples / frame.sample_rate for frame in film.decode(film.streams.audio[0]))
    return frames, rate, sound


def difference(one, other):
    return float(np.abs(np.asarray(one, np.float64) - other).mean())


def reference(reel):
    return np.stack([unfinished() for unfinished in reel.unfinished()])


# Reading back


@pytest.mark.parametrize("name", ["film.webp", "film.png"])
def test_a_lossless_film_is_read_back_pixel_for_pixel(make_reel, tmp_path, name):
    reel = make_reel(repeat="loop")
    export(reel, tmp_path / name, ExportSettings("master", note=NOTE))
    frames, durations = pictures_of(tmp_path / name)
    assert np.array_equal(frames, reference(reel))
    assert sum(durations) == pytest.approx(reel.seconds, abs=0.002)
    assert read_note(tmp_path / name) == NOTE


@pytest.mark.parametrize("dithering", ["none", "ordered"])
def test_a_gif_is_read_back_in_its_colours(make_reel, tmp_path, dithering):
    reel = make_reel(repeat="loop", fps=30, side=64)
    export(reel, tmp_path / "film.gif", ExportSettings(dithering=dithering, note=NOTE))
    frames, durations = pictures_of(tmp_path / "film.gif")
    assert frames.shape == (reel.frames, 64, 64, 3)
    assert difference(frames, reference(reel)) < (6 if dithering == "none" else 10)
    assert sum(durations) == pytest.approx(reel.seconds, abs=0.01)  # though 1/30 s is no whole number of hundredths
    assert len(np.unique(frames.reshape(-1, 3), axis=0)) <= 256
    assert read_note(tmp_path / "film.gif") == NOTE


def test_ordered_dithering_keeps_the_mean_of_small_areas_where_the_plain_one_has_bands():
    from dinoexplorer.morph.export.palette import Palette

    picture = np.full((256, 256, 3), 90, np.uint8)
    picture[..., 0], picture[..., 1] = np.arange(256)[:, None], np.arange(256)[None]
    errors = {}
    for dithered in (False, True):
        shown = np.asarray(Palette([picture], dithered=dithered).indices(picture).convert("RGB"), np.float64)
        areas = (shown - picture).reshape(32, 8, 32, 8, 3).mean(axis=(1, 3))
        errors[dithered] = float(np.abs(areas).mean())
    assert errors[True] < 0.8 * errors[False]


@pytest.mark.parametrize(("name", "codec"), VIDEOS)
def test_a_video_has_its_frames_its_size_its_rate_and_its_colours(make_reel, tmp_path, name, codec):
    reel = make_reel(fps=24, side=64)
    export(reel, tmp_path / name, ExportSettings("master", codec, note=NOTE))
    frames, rate, sound = video_of(tmp_path / name)
    expected = reference(reel)
    assert frames.shape == expected.shape
    assert (rate, sound) == (24, 0)
    assert difference(frames[0], expected[0]) < 8  # chroma is kept at half the size
    assert difference(frames[-1], expected[-1]) < 8
    assert frames.mean(axis=(0, 1, 2)) == pytest.approx(expected.mean(axis=(0, 1, 2)), abs=2.5)
    assert read_note(tmp_path / name) == NOTE


def test_a_better_quality_is_a_larger_and_closer_film(make_reel, tmp_path):
    reel = make_reel(side=64)
    sizes, errors = [], []
    for quality in ("small", "good", "master"):
        path = tmp_path / f"{quality}.mp4"
        export(reel, path, ExportSettings(quality))
        sizes.append(path.stat().st_size)
        errors.append(difference(video_of(path)[0], reference(reel)))
    assert sizes == sorted(sizes)
    assert errors == sorted(errors, reverse=True)


def test_a_folder_holds_every_frame_as_png(make_reel, tmp_path):
    reel = make_reel()
    (tmp_path / "frames.v2").mkdir()
    export(reel, tmp_path / "frames.v2", ExportSettings(note=NOTE), folder=True)
    files = sorted((tmp_path / "frames.v2").iterdir())
    assert [file.name for file in files] == [f"{n:06d}.png" for n in range(1, reel.frames + 1)]
    assert np.array_equal([np.asarray(Image.open(file)) for file in files], reference(reel))
    assert read_note(files[3]) == NOTE
    assert [path.name for path in tmp_path.iterdir()] == ["frames.v2"]


@pytest.mark.parametrize("name", ["film.webp", "film.png"])
def test_transparency_survives(make_reel, tmp_path, name):
    reel = make_reel(films=3, background=None)
    export(reel, tmp_path / name, ExportSettings("master"))
    with Image.open(tmp_path / name) as image:
        assert np.array_equal(np.asarray(image.convert("RGBA")), reel.picture(0))


def test_a_loop_goes_on_from_its_last_frame_as_from_any_other(make_reel, tmp_path):
    """Seen in the file: the seam is no larger a step than those around it."""
    export(make_reel(seconds=1, fps=12, repeat="loop", segment="linear"), tmp_path / "film.png")
    frames = pictures_of(tmp_path / "film.png")[0].astype(int)
    steps = [difference(one, other) for one, other in zip(frames, np.roll(frames, -1, axis=0), strict=True)]
    assert 0 < steps[-1] <= 1.3 * max(steps[:-1])


def test_a_contact_sheet_shows_frames_spread_over_the_film(make_reel, tmp_path):
    reel = make_reel(seconds=0.8)
    save_contact_sheet(reel, tmp_path / "sheet.png", 4)
    sheet = np.asarray(Image.open(tmp_path / "sheet.png"))
    assert sheet.shape == (64, 64, 3)
    assert np.abs(sheet[:32, :32].astype(int) - reel.picture(0)).max() <= 1
    assert np.abs(sheet[32:, 32:].astype(int) - reel.picture(8)).max() <= 1


# Sound


def tone(path, seconds):
    samples = (np.sin(np.arange(int(8000 * seconds)) / 8000 * 2 * math.pi * 440) * 20000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(samples.tobytes())
    return path


@pytest.mark.parametrize("name", ["film.mp4", "film.webm"])
@pytest.mark.parametrize(("seconds", "heard"), [(5.0, 1.0), (0.4, 0.4)])
def test_a_sound_is_put_under_the_film_and_ends_with_it(make_reel, tmp_path, name, seconds, heard):
    reel = make_reel(seconds=1, fps=20, repeat="loop")
    export(reel, tmp_path / name, ExportSettings(audio=tone(tmp_path / "tone.wav", seconds)))
    frames, _, sound = video_of(tmp_path / name)
    assert len(frames) == 20 * 2
    assert sound == pytest.approx(2.0 if seconds > 2 else heard, abs=0.1)


# What is refused


def refused(call):
    with pytest.raises(MorphError) as error:
        call()
    return str(error.value)


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("film.avi", {}, "film.avi does not say what it is to be; give it one of the endings "
                         ".gif, .mp4, .png, .webm, .webp, or a folder."),
        ("film.mp4", {"codec": "vp9"}, "A MP4 is not written with 'vp9'; use h264 or h265 or av1."),
        ("film.gif", {"codec": "h264"}, "A GIF is not written with 'h264'; it has none to choose."),
        ("film.gif", {"audio": Path("a.wav")}, "A GIF carries no sound; write an .mp4 or .webm."),
        ("film", {"audio": Path("a.wav")},
         "A folder of pictures has neither codec nor sound; write an .mp4 or .webm for these."),
        ("film.mp4", {"audio": Path("/no/a.wav")}, "There is no sound file /no/a.wav; check the name."),
        ("film.mp4", {"quality": "best"}, "There is no quality called 'best'; use small, good, master."),
        ("film.gif", {"dithering": "some"}, "There is no dithering called 'some'; use none or ordered."),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_said_before_anything_is(make_reel, tmp_path, name, options, sentence):
    assert refused(lambda: export(make_reel(), tmp_path / name, ExportSettings(**options))) == sentence
    assert list(tmp_path.iterdir()) == []


def test_formats_say_what_they_cannot_hold(make_reel, tmp_path):
    assert refused(lambda: export(make_reel(fps=60), tmp_path / "a.gif")) == (
        "A GIF shows at most 50 frames a second, not 60; give --fps 50 or less, or write an .mp4."
    )
    assert refused(lambda: export(make_reel(side=33), tmp_path / "a.mp4")) == (
        "MP4 films have an even size, not 33 x 33 pixels; give an even --size, such as 34."
    )
    assert refused(lambda: export(make_reel(background=None), tmp_path / "a.mp4")) == (
        "A MP4 cannot be transparent; choose a background colour, or write .webp or .png."
    )


def test_a_file_that_is_no_sound_is_refused(make_reel, tmp_path):
    (tmp_path / "a.wav").write_bytes(b"no sound at all")
    export(make_reel(), tmp_path / "silent.mp4")
    for name, why in (("a.wav", "{} is no sound file that FFmpeg can read; take a WAV, MP3, FLAC or M4A file."),
                      ("silent.mp4", "There is no sound in {}; choose another file.")):  # fmt: skip
        path = tmp_path / name
        settings = ExportSettings(audio=path)
        assert refused(lambda: export(make_reel(), tmp_path / "b.mp4", settings)) == why.format(path)  # noqa: B023


def test_a_missing_package_and_a_missing_encoder_are_named(make_reel, tmp_path, monkeypatch):
    monkeypatch.setitem(video.CODECS, "av1", video.Codec("av1", "AV1", "libnothing", (1, 1, 1), ()))
    assert refused(lambda: export(make_reel(), tmp_path / "a.mp4", ExportSettings(codec="av1"))) == (
        "The FFmpeg of this machine cannot write AV1 (libnothing is missing); choose h264 or h265."
    )
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    assert refused(lambda: export(make_reel(), tmp_path / "a.mp4")) == (
        "MP4 films need the package av, which is missing; install it with 'pip install av', or write a .gif, .webp "
        "or .png."
    )


def test_a_folder_that_is_in_use_is_left_alone(make_reel, tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    assert refused(lambda: export(make_reel(), tmp_path, folder=True)) == (
        f"{tmp_path} is there already and not empty; name a new folder, so that nothing is mixed up."
    )
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


# Cancel, a full disk, a model that fails


class Enough(Exception):
    pass


@pytest.mark.parametrize("name", ["film.mp4", "film.webm", *PICTURES, "film"])
@pytest.mark.parametrize("at", [0, 3])
def test_a_cancelled_export_leaves_what_was_there(make_reel, tmp_path, name, at):
    if name != "film":
        (tmp_path / name).write_text("the film of yesterday")
    before = sorted(path.name for path in tmp_path.iterdir())

    def cancel(progress):
        if progress.done == at:
            raise Enough

    with pytest.raises(Enough):
        export(make_reel(seconds=20), tmp_path / name, progress=cancel)
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert name == "film" or (tmp_path / name).read_text() == "the film of yesterday"
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("film")]


def test_an_export_that_waits_for_a_slow_model_is_woken_to_be_cancelled(make_reel, tmp_path, monkeypatch):
    reel, cancellation = make_reel(seconds=20), Cancellation()
    decode, decoding, go_on = reel._generator.decode, threading.Event(), threading.Event()

    def slow(codes):
        decoding.set()
        assert go_on.wait(20)
        return decode(codes)

    real_drain = Pipeline._drain

    def drain(pipeline):
        go_on.set()  # the export has left off waiting while the model was still at work
        real_drain(pipeline)

    def cancel():
        assert decoding.wait(20)
        cancellation.cancel()

    monkeypatch.setattr(reel._generator, "decode", slow)
    monkeypatch.setattr(Pipeline, "_drain", drain)
    other = threading.Thread(target=cancel)
    other.start()
    with pytest.raises(Cancelled):
        export(reel, tmp_path / "film.mp4", cancellation=cancellation)
    other.join()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["film.mp4", "film.webm", *PICTURES, "film"])
def test_a_full_disk_is_said_and_nothing_is_left(make_reel, tmp_path, monkeypatch, name):
    class FullFile:
        def __init__(self, file):
            self._file = file
            self._left = 1500

        def write(self, data):
            self._left -= len(data)
            if self._left < 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            return self._file.write(data)

        def __getattr__(self, attribute):
            return getattr(self._file, attribute)

    real = exporting.replace_file

    class Full:
        def __init__(self, path):
            self._inner = real(path)

        def __enter__(self):
            return FullFile(self._inner.__enter__())

        def __exit__(self, *reason):
            return self._inner.__exit__(*reason)

    def full(self, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(exporting, "replace_file", Full)
    monkeypatch.setattr(Path, "write_bytes", full)
    assert refused(lambda: export(make_reel(side=64), tmp_path / name)) == (
        f"The disk is full, so {name} was not written; make room, or choose another place."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_disk_with_hardly_any_room_is_refused_before_the_first_frame(make_reel, tmp_path, monkeypatch):
    monkeypatch.setattr(exporting.shutil, "disk_usage", lambda _path: type("Usage", (), {"free": 1000}))
    assert refused(lambda: export(make_reel(), tmp_path / "film.mp4")).startswith("The disk is full")


def test_a_place_that_cannot_be_written_to_is_said(make_reel, tmp_path):
    (tmp_path / "file").write_text("")
    sentence = refused(lambda: export(make_reel(), tmp_path / "file/film.gif"))
    assert sentence.startswith(f"{tmp_path / 'file/film.gif'} could not be written: ")
    assert sentence.endswith("; choose another place.")


def test_a_model_that_fails_half_way_ends_the_export_with_its_sentence(make_reel, tmp_path, monkeypatch):
    reel = make_reel(seconds=20)
    decode, calls = reel._generator.decode, []

    def failing(codes):
        calls.append(len(codes))
        if len(calls) == 3:
            raise MorphError("The graphics card has no memory left.")
        return decode(codes)

    monkeypatch.setattr(reel._generator, "decode", failing)
    assert refused(lambda: export(reel, tmp_path / "film.png")) == "The graphics card has no memory left."
    assert list(tmp_path.iterdir()) == []


# Progress and memory


def test_progress_is_told_of_every_frame_with_a_preview_now_and_then(make_reel, tmp_path):
    reel, told = make_reel(), []
    export(reel, tmp_path / "film.png", progress=told.append)
    assert [progress.done for progress in told] == list(range(reel.frames + 1))
    assert {progress.total for progress in told} == {reel.frames}
    assert np.array_equal(told[1].preview, reel.picture(0))
    assert np.array_equal(told[-1].preview, reel.picture(reel.frames - 1))
    assert told[-1].rate > 0


def test_decoding_stays_only_a_little_ahead_of_writing(make_reel, tmp_path, monkeypatch):
    """Which is what keeps the memory of a long film as small as that of a short one."""
    reel = make_reel(seconds=60, fps=10)
    decode, decoded, ahead = reel._generator.decode, [0], []

    def counting(codes):
        decoded[0] += len(codes)
        return decode(codes)

    monkeypatch.setattr(reel._generator, "decode", counting)
    export(reel, tmp_path / "film.webp", progress=lambda progress: ahead.append(decoded[0] - progress.done))
    assert reel.frames == 601
    assert max(ahead[60:]) <= 64 + 2 * 32 + 2


# The text in a film


@pytest.mark.parametrize("name", ["film.mp4", "film.webm", *PICTURES])
def test_a_film_without_a_text_and_a_film_that_is_cut_off_have_none(make_reel, tmp_path, name):
    export(make_reel(), tmp_path / name)
    assert read_note(tmp_path / name) is None
    export(make_reel(), tmp_path / name, ExportSettings(note=NOTE))
    whole = (tmp_path / name).read_bytes()
    cut = tmp_path / "cut"
    for length in (0, 1, 9, 40, len(whole) // 2, len(whole) - 1):
        cut.write_bytes(whole[:length])
        assert read_note(cut) in {None, NOTE}


@pytest.mark.parametrize(
    "start", [b"GIF89a", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"\0\0\0\x18ftypisom", b"\x1a\x45\xdf\xa3"]
)
def test_bytes_of_any_kind_end_without_a_text(tmp_path, start):
    rng = np.random.default_rng(0)
    for number in range(40):
        (tmp_path / "any").write_bytes(start + rng.integers(0, 256, 30 * number, dtype=np.uint8).tobytes())
        assert read_note(tmp_path / "any") is None
    (tmp_path / "any").write_bytes(start + b"\0" * 5000)
    assert read_note(tmp_path / "any") is None


def test_a_text_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path):
    import zlib

    from dinoexplorer.morph.export.png_chunks import KEYWORD, SIGNATURE, chunk

    bomb = zlib.compress(b" " * (40 * 2**20))
    text = chunk(b"iTXt", KEYWORD.encode() + b"\0\1\0\0\0" + bomb)
    (tmp_path / "bomb.png").write_bytes(SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)) + text)
    assert read_note(tmp_path / "bomb.png") is None


def test_every_format_is_found_by_being_there():
    assert {each.suffix for each in all_formats()} == {".gif", ".mp4", ".png", ".webm", ".webp"}

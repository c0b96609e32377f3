"""What is heard in sounds that were made for it."""

from __future__ import annotations

import wave

import numpy as np
import pytest

from dinoexplorer.morph import sound
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.export.cancelling import Cancelled
from dinoexplorer.morph.sound import listen

RATE = 44_100


@pytest.fixture
def write(tmp_path):
    def make(samples, channels: int = 1):
        path = tmp_path / "sound.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(channels)
            file.setsampwidth(2)
            file.setframerate(RATE)
            data = (np.clip(samples, -1, 1) * 32_000).astype("<i2")
            file.writeframes(np.repeat(data, channels).tobytes())
        return path

    return make


def tone(seconds: float, hertz: float = 440.0) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)


def struck(times, length: float, hertz=(330.0, 550.0, 880.0)) -> np.ndarray:
    """Tones that begin at these times and die away, over a little noise."""
    samples = 0.002 * np.random.default_rng(0).standard_normal(round(length * RATE))
    for number, time in enumerate(times):
        start = round(time * RATE)
        left = len(samples) - start
        note = tone(left / RATE, hertz[number % len(hertz)])[:left]
        samples[start : start + len(note)] += 0.4 * note * np.exp(-6 * np.arange(len(note)) / RATE)
    return samples


def test_the_onsets_of_struck_tones_are_found_each_once_and_in_time(write):
    times = [0.3, 0.8, 1.3, 1.55, 2.1, 3.0, 3.4]
    found = listen(write(struck(times, 4.0))).onsets()
    assert found == pytest.approx(times, abs=0.04)


def test_a_steady_tone_and_silence_have_no_onsets_but_their_beginning(write):
    assert all(time < 0.05 for time in listen(write(0.5 * tone(3))).onsets())
    assert listen(write(np.zeros(RATE))).onsets() == []


@pytest.mark.parametrize("channels", [1, 2])
def test_loudness_follows_the_sound(write, channels):
    swell = 0.8 * tone(4) * np.linspace(0, 1, 4 * RATE)
    heard = listen(write(swell, channels))
    assert heard.seconds == pytest.approx(4, abs=0.05)
    times = np.array([0.5, 1.0, 2.0, 3.0, 3.5, 9.0])
    assert heard.loudness(times) == pytest.approx([0.125, 0.25, 0.5, 0.75, 0.875, 0], abs=0.03)


def test_a_band_hears_only_what_lies_in_it(write):
    both = np.concatenate([0.5 * tone(1, 80), 0.5 * tone(1, 5000)])
    heard = listen(write(both))
    times = np.array([0.5, 1.5])
    assert heard.loudness(times, "low") == pytest.approx([1, 0], abs=0.05)
    assert heard.loudness(times, "high") == pytest.approx([0, 1], abs=0.05)
    assert heard.loudness(times, "middle").max() <= 1
    assert heard.loudness(times) == pytest.approx([1, 1], abs=0.1)


def test_silence_is_not_loud(write):
    assert listen(write(np.zeros(RATE))).loudness(np.array([0.5])) == [0]


def test_what_cannot_be_heard_is_said(write, tmp_path, monkeypatch):
    path = write(tone(1))
    with pytest.raises(MorphError) as refused:
        listen(path).loudness(np.zeros(1), "alto")
    assert str(refused.value) == "There is no band called 'alto'; use all, low, middle, high."
    with pytest.raises(MorphError, match="There is no sound file"):
        listen(tmp_path / "gone.wav")
    monkeypatch.setattr(sound, "_LONGEST", 0.5)
    with pytest.raises(MorphError) as refused:
        listen(path)
    assert str(refused.value) == "sound.wav is longer than an hour; cut it to the part that the film needs."


def test_it_leaves_off_when_it_is_told_to(write):
    with pytest.raises(Cancelled):
        listen(write(tone(1)), stopped=lambda: True)

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from dinoexplorer.generators import fast, open_generator

needs_openvino = pytest.mark.skipif(
    importlib.util.find_spec("openvino") is None, reason="the extra 'fast' is not installed (no openvino)"
)
quiet = pytest.mark.filterwarnings("ignore")  # openvino's conversion warns of what it traces


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("DINOEXPLORER_CACHE", str(tmp_path))
    return tmp_path / "runtimes.json"


def test_without_the_extra_nothing_changes_and_nothing_is_written(plane_checkpoint, cache, monkeypatch):
    monkeypatch.setattr(fast, "find_spec", lambda _name: None)
    generator = open_generator(plane_checkpoint)
    generator.speed_up()
    assert generator.runtime == "folded, channels_last"
    assert not cache.exists()


@needs_openvino
@quiet
def test_openvino_shows_the_same_within_one_grey_level(deep_checkpoint, cache, monkeypatch):
    monkeypatch.setattr(fast, "_median_seconds", lambda run, _codes: float(isinstance(run, torch.nn.Module)))
    generator = open_generator(deep_checkpoint)
    codes = generator.info.latent.sample(6, 3)
    before = [generator.decode_frame(code, 50, smooth=False).astype(int) for code in codes]
    generator.speed_up()
    assert generator.runtime == "OpenVINO"
    assert sys.modules.get("openvino_telemetry") is None  # its reporter would tell Google of the conversion
    for code, image in zip(codes, before, strict=True):
        assert np.abs(generator.decode_frame(code, 50, smooth=False) - image).max() <= 1
    assert np.array_equal(generator.decode(codes), open_generator(deep_checkpoint).decode(codes))  # exports stay exact


@needs_openvino
@quiet
def test_a_runtime_that_shows_something_else_is_not_used(deep_checkpoint, cache, monkeypatch):
    monkeypatch.setattr(fast, "_openvino_run", lambda decoder, _info: lambda codes: decoder(codes) + 0.1)
    monkeypatch.setattr(fast, "_median_seconds", lambda run, _codes: float(isinstance(run, torch.nn.Module)))
    generator = open_generator(deep_checkpoint)
    generator.speed_up()
    assert generator.runtime == "folded, channels_last"
    assert set(json.loads(cache.read_text()).values()) == {"torch"}


@needs_openvino
def test_a_verdict_is_remembered_so_that_the_probe_runs_once(deep_checkpoint, cache, monkeypatch):
    generator = open_generator(deep_checkpoint)
    cache.parent.mkdir(exist_ok=True)
    cache.write_text(json.dumps({fast._key(generator.info): "torch"}))
    monkeypatch.setattr(fast, "_openvino_run", lambda *_: pytest.fail("probed again"))
    generator.speed_up()
    assert generator.runtime == "folded, channels_last"


@pytest.mark.parametrize("content", ["not json", "[1, 2]", ""])
def test_a_broken_memory_of_verdicts_is_forgotten(cache, content):
    cache.write_text(content)
    assert fast._verdicts() == {}
    fast._remember("key", "torch")
    assert fast._verdicts() == {"key": "torch"}


def test_a_graph_that_the_runtime_cannot_take_leaves_torch(deep_checkpoint, cache, monkeypatch):
    def refuse(_decoder, _info):
        raise RuntimeError("unsupported operation")

    monkeypatch.setattr(fast, "find_spec", lambda _name: object())
    monkeypatch.setattr(fast, "_openvino_run", refuse)
    generator = open_generator(deep_checkpoint)
    generator.speed_up()
    assert generator.runtime == "folded, channels_last"

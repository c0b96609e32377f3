"""The whole way from a picture to what gives it: search, nudge, go on, fit, and leave a checkpoint."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dinoexplorer.generators import open_generator, read_info
from dinoexplorer.latent.inversion import embedding, pursuit
from dinoexplorer.latent.inversion.asking import Course, no_tuning
from dinoexplorer.latent.inversion.figures import psnr
from dinoexplorer.latent.inversion.pursuit import Pursuit


@pytest.fixture
def target():
    return np.random.default_rng(0).integers(40, 200, (4, 4, 3), dtype=np.uint8).repeat(8, axis=0).repeat(8, axis=1)


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(pursuit, "usual_course", lambda _: Course(steps=8))
    monkeypatch.setattr(embedding, "usual_course", lambda _: Course(steps=8))
    monkeypatch.setattr(pursuit, "FITTING_STEPS", 30)
    monkeypatch.setattr(pursuit, "_FITTING_RATE", 2e-3)


def to_the_end(pursuit):
    reached = pursuit.step()
    while not pursuit.done:
        reached = pursuit.step()
    return reached


def test_without_fitting_it_ends_with_the_search(deep, target):
    reached = to_the_end(Pursuit(deep, target))
    assert reached.fitting is None
    assert reached.search.done
    assert reached.psnr == pytest.approx(psnr(target, deep.decode(reached.code[None])[0]), abs=0.05)


def test_fitting_follows_the_search_and_comes_much_nearer(deep, target, tmp_path):
    way = Pursuit(deep, target, fits=True)
    reached = to_the_end(way)
    assert (reached.fitting.step, reached.fitting.steps) == (30, 30)
    assert reached.psnr > reached.search.best_psnr + 1
    way.save(tmp_path / "fitted.safetensors")
    fitted = open_generator(tmp_path / "fitted.safetensors")
    saved = fitted.decode(reached.code[None])[0]
    assert np.abs(saved.astype(int) - reached.picture).max() <= 1
    assert read_info(tmp_path / "fitted.safetensors").training["tuned"] == {"pictures": 1, "steps": 30}


def test_it_goes_on_from_where_it_stopped_and_with_more_steps_after_the_end(deep, target):
    way = Pursuit(deep, target)
    for _ in range(4):
        stopped = way.step()
    way.go_on()
    assert way.step().search.step == stopped.search.step + 1
    first = to_the_end(way)
    way.go_on()
    second = to_the_end(way)
    assert (first.search.step, second.search.step) == (8, 16)
    assert second.search.best_loss <= first.search.best_loss
    way.fits = True
    way.go_on()
    assert to_the_end(way).fitting.step == 30
    way.go_on()
    assert to_the_end(way).fitting.step == 60
    way.fits = False
    way.go_on()
    third = to_the_end(way)
    assert third.fitting is None
    assert third.search.step == 24


def test_a_nudge_is_where_it_searches_on_and_a_fitting_begins_anew(deep, target):
    way = Pursuit(deep, target, fits=True)
    fitted = to_the_end(way)
    code = deep.info.latent.sample(1, 11)[0]
    way.nudge(code)
    reached = way.step()
    assert reached.fitting is None
    assert np.allclose(reached.search.code, code, atol=1e-5)
    assert reached.search.best_loss <= fitted.search.best_loss
    assert not way.done
    assert to_the_end(way).fitting.step == 30


def test_what_is_kept_moves_less_than_without(deep, tmp_path):
    pins, target = deep.info.latent.sample(3, 77), deep.decode(deep.info.latent.sample(1, 5))[0].copy()
    target[8:20, 8:20] = (250, 20, 20)
    before, moved = deep.decode(pins).astype(int), []
    for kept in (None, pins):
        way = Pursuit(deep, target, fits=True, kept=kept)
        to_the_end(way)
        way.save(tmp_path / "fitted.safetensors")
        moved.append(np.square(open_generator(tmp_path / "fitted.safetensors").decode(pins) - before).mean())
    assert moved[1] < 0.8 * moved[0]


def test_another_programs_checkpoint_cannot_be_fitted(deep):
    assert no_tuning(deep.info) == ""
    assert no_tuning(replace(deep.info, format="onnx")) == (
        f"{deep.info.path.name} is no checkpoint of this program, so it cannot be tuned; embed only."
    )

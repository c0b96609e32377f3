"""The settings of a recipe as a form shows them, and the command that carries out an order."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from dinoexplorer.runs.command_line import command_line, overrides_of
from dinoexplorer.runs.schema import BASIC, check, fields_of
from dinoexplorer.runs.views import Order
from training.config import IMAGE_SIZES, ConfigError, list_recipes, resolve


@pytest.fixture(scope="module")
def fields():
    return {field.key: field for field in fields_of("vae-fc")}


def test_the_basic_settings_come_first_and_the_rest_is_advanced(fields):
    keys = list(fields)
    assert tuple(keys[: len(BASIC)]) == BASIC
    assert [field.advanced for field in fields.values()] == [False] * len(BASIC) + [True] * (len(keys) - len(BASIC))
    assert {"recipe", "family", "name", "data.source"}.isdisjoint(keys)


def test_a_field_says_what_it_may_be(fields):
    size = fields["image.size"]
    assert (size.kind, size.choices, size.default, size.unit) == ("choice", IMAGE_SIZES, 64, "px")
    latent = fields["latent.dim"]
    assert (latent.kind, latent.default, latent.low, latent.high) == ("int", 10, 1, 4096)
    assert latent.help == "number of latent dimensions"
    rate = fields["optimizer.lr"]
    assert (rate.kind, rate.low, rate.open_low, rate.high, rate.open_high) == ("float", 0, True, 1, False)
    assert fields["device"].choices == ("auto", "cpu", "mps", "cuda")
    assert fields["objective.likelihood"].choices == ("gaussian", "laplace", "bernoulli")
    assert (fields["model.hidden"].kind, fields["model.hidden"].default) == ("numbers", [500, 500])
    assert fields["seed"].high == 2**63 - 1
    assert (fields["data.count"].builtin_only, fields["data.flip"].builtin_only) == (True, False)


@pytest.mark.parametrize("recipe", [recipe.name for recipe in list_recipes()])
def test_every_setting_of_every_recipe_has_a_title_a_help_and_an_allowed_default(recipe):
    found = fields_of(recipe)
    assert all(field.title and field.help and field.section for field in found)
    assert check(recipe, {field.key: field.default for field in found if field.key != "device"}) == {}
    assert all(field.default in field.choices for field in found if field.kind == "choice")


def test_every_problem_is_told_by_its_key_in_a_sentence():
    changes = {"latent.dim": 0, "steps": "many", "device": "tpu", "optimizer.lr": 0, "data.flip": 7, "wings": 2,
               "precision": "fp8", "model.hidden": [], "image.size": 65, "data.held_out": 0.7}  # fmt: skip
    problems = check("vae-fc", changes)
    sizes = ", ".join(map(str, IMAGE_SIZES))
    assert problems == {
        "latent.dim": "Latent size must be at least 1, and 0 is not.",
        "steps": "Steps must be a whole number, and 'many' is not.",
        "device": "Device must be one of auto, cpu, mps, cuda, and 'tpu' is not.",
        "optimizer.lr": "Learning rate must be more than 0.0, and 0 is not.",
        "data.flip": "Mirror must be yes or no, and 7 is not.",
        "wings": "There is no setting called 'wings'; choose one of the form.",
        "precision": "Precision must be 'auto', 'fp32', 'bf16' or 'fp16', and 'fp8' is not.",
        "model.hidden": "Hidden must be at least 1 long, and [] is not.",
        "image.size": f"Picture size must be one of {sizes} (near: 64 or 80).",
        "data.held_out": "Held out must be at most 0.5, and 0.7 is not.",
    }
    assert check("vae-fc", {}) == {}
    assert check("nothing", {}) == {"": "unknown recipe 'nothing'; 'dinotrain recipes' lists them"}


def test_what_a_family_refuses_is_told_by_its_key():
    assert check("sagan", {"model.attention_at": 3}) == {
        "model.attention_at": "Model.attention_at = 3: the grids are 4, 8, 16, 32 px."
    }


def test_the_command_line_is_what_one_would_type_and_means_the_same():
    changes = {"latent.dim": 2, "data.flip": True, "optimizer.lr": 1e-05, "model.hidden": [30, 20],
               "objective.likelihood": "laplace", "name": "12"}  # fmt: skip
    order = Order("vae-fc", "builtin:dinosaurs", "Rex", changes)
    line = command_line(order, Path("/my runs/rex"))
    assert line == (
        "dinotrain fit vae-fc --data builtin:dinosaurs --out '/my runs/rex' --set latent.dim=2 data.flip=true"
        " optimizer.lr=1e-05 'model.hidden=[30, 20]' objective.likelihood=laplace 'name=\"12\"'"
    )
    words = shlex.split(line)
    typed = resolve(words[2], ["data.source=builtin:dinosaurs", *words[words.index("--set") + 1 :]])
    assert typed == resolve("vae-fc", overrides_of(order))
    assert (typed.name, typed.latent.dim, typed.model["hidden"]) == ("12", 2, [30, 20])
    assert command_line(Order("vae", "x", "t")) == "dinotrain fit vae --data x"


def test_the_place_of_the_pictures_is_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / 'odd "name" = 1'
    folder.mkdir()
    assert resolve("vae-fc", overrides_of(Order("vae-fc", folder.name, "t"))).data.source == str(folder)
    with pytest.raises(ConfigError, match="unknown key 'latent_dim'"):
        resolve("vae-fc", overrides_of(Order("vae-fc", "x", "t", {"latent_dim": 3})))

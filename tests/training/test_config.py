import subprocess
import sys
from pathlib import Path

import pytest

from training.config import ConfigError, from_toml, list_recipes, load_recipe, parse_override, resolve, to_toml


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("latent.dims=2", "unknown key 'latent.dims': did you mean 'latent.dim'?"),
        ("model.widht=8", "unknown key 'model.widht': did you mean 'model.width'?"),
        ("objective.bta=1", "unknown key 'objective.bta': did you mean 'objective.beta'?"),
        ("lr=0.1", "unknown key 'lr': did you mean 'optimizer.lr'?"),
        ("qqqqqq=1", "unknown key 'qqqqqq'"),
        ("image=64", "'image' is a group of keys, not a value: set one of image.size, image.channels"),
        ("steps.x=1", "unknown key 'steps.x': 'steps' is a value, not a group of keys"),
        ("steps=0", "steps = 0: input should be greater than or equal to 1"),
        ("optimizer.lr=fast", "optimizer.lr = 'fast': input should be a valid number"),
        ("image.channels=2", "image.channels = 2: input should be 1 or 3"),
        ("model.width=1", "model.width = 1: input should be greater than or equal to 4"),
        ("family=gam", "unknown family 'gam'"),
        ("name=a/b", "name = 'a/b': must be usable as the name of a folder"),
        ("nonsense", "cannot read 'nonsense': settings are written key=value"),
        ("optimizer.lr=nan", "optimizer.lr = nan: input should be a finite number"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(setting: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve("vae", [setting])
    assert str(caught.value).startswith(sentence)


def test_an_image_size_that_cannot_be_halved_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"image\.size = 100: must be one of 16, .*512 \(near: 96 or 112\)"):
        resolve("vae", ["image.size=100"])


def test_an_unknown_recipe_suggests_the_nearest() -> None:
    with pytest.raises(
        ConfigError, match="unknown recipe 'vea': did you mean 'vae'\\?; 'dinotrain recipes' lists them"
    ):
        load_recipe("vea")


@pytest.mark.parametrize("recipe", [recipe.name for recipe in list_recipes()])
def test_every_recipe_resolves_and_survives_toml(recipe: str) -> None:
    config = resolve(recipe)
    assert config.recipe == config.name == recipe
    assert from_toml(to_toml(config)) == config
    assert load_recipe(recipe).title
    assert load_recipe(recipe).about


def test_the_first_recipes_are_there() -> None:
    assert {"vae", "vae-fc", "dinosaurs", "dinosaurs-2d"} <= {recipe.name for recipe in list_recipes()}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a.b=3", ("a.b", 3)),
        ("a=0.5", ("a", 0.5)),
        ("a = true", ("a", True)),
        ("a=[1, 2]", ("a", [1, 2])),
        ('a="x y"', ("a", "x y")),
        ("a=cuda:0", ("a", "cuda:0")),
        ("a=/tmp/x=1", ("a", "/tmp/x=1")),
    ],
)
def test_override_values_are_toml_or_text(text: str, value: tuple[str, object]) -> None:
    assert parse_override(text) == value


def test_overrides_win_over_the_recipe_and_leave_it_untouched() -> None:
    assert resolve("vae", ["latent.dim=2", "latent.dim=5"]).latent.dim == 5
    assert resolve("vae").latent.dim != 5


def test_a_written_configuration_resolves_again_to_itself(tmp_path: Path) -> None:
    config = resolve("vae-fc", ["latent.dim=2", "model.hidden=[30, 20]"])
    path = tmp_path / "config.toml"
    path.write_text(to_toml(config))
    assert resolve(path) == config


def test_a_file_that_is_not_toml_or_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text("steps = [")
    with pytest.raises(ConfigError, match=r"broken\.toml is not TOML"):
        resolve(path)
    with pytest.raises(ConfigError, match=r"cannot read the configuration .*gone\.toml: No such file"):
        resolve(tmp_path / "gone.toml")


def test_configuration_run_and_checkpoint_headers_load_without_torch() -> None:
    code = (
        "import sys, training.config, training.run, training.checkpoint, training.cli; sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0


def test_evaluations_may_be_asked_for_every_so_many_pictures() -> None:
    config = resolve("vae", ["evaluate.images=1000", "batch_size=30", "accumulate=2"])
    assert config.evaluate.every == 17  # 1,000 pictures in steps of 60, rounded up
    assert from_toml(to_toml(config)).evaluate.every == 17
    asked = resolve("vae", ["evaluate.images=1000", "evaluate.every=5"])
    assert (asked.evaluate.every, asked.evaluate.images) == (5, 0)

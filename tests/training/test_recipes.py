import pytest
import torch

from training.config import list_recipes, resolve
from training.models import families, family_named
from training.models.family import Batch, Moment

NAMES = [recipe.name for recipe in list_recipes()]
FIXED_SIZE = {"thesis-dcgan-128", "dogs-dcgan-32", "dogs-dcgan-64", "dinosaurs", "dinosaurs-2d", "dinosaurs-quick"}


def test_every_family_has_a_recipe_of_its_name() -> None:
    assert families().keys() <= {recipe.name for recipe in list_recipes() if recipe.family == recipe.name}


def test_the_named_recipes_of_others_are_there() -> None:
    assert {"lsgan", "wgan-gp", "thesis-dcgan-128", "dogs-dcgan-32", "dogs-dcgan-64"} <= set(NAMES)
    assert resolve("lsgan").family == "dcgan"
    assert resolve("lsgan").objective["loss"] == "lsgan"
    assert resolve("wgan-gp").objective["critic_steps"] == 5


def test_the_recipes_of_what_we_ship_keep_their_values() -> None:
    shipped = resolve("dinosaurs-2d")
    assert (shipped.steps, shipped.batch_size, shipped.latent.dim, shipped.objective["beta"]) == (2_700, 32, 2, 0.05)
    shipped = resolve("dinosaurs")
    assert (shipped.image.size, shipped.latent.dim, shipped.objective["beta"]) == (128, 48, 0.08)
    assert resolve("vae-fc").model["hidden"] == [500, 500]
    assert resolve("vae").objective["edge_weight"] == 0.1


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_says_what_it_is_for(name: str) -> None:
    recipe = next(recipe for recipe in list_recipes() if recipe.name == name)
    assert recipe.title
    assert len(recipe.about) > 30
    assert recipe.about.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_that_measured_something_says_where(name: str) -> None:
    recipe = next(recipe for recipe in list_recipes() if recipe.name == name)
    if recipe.expected:
        assert recipe.expected["seconds_per_1000_images"] > 0
        assert recipe.expected["cpu"]


@pytest.mark.parametrize("name", sorted(set(NAMES) - FIXED_SIZE))
@pytest.mark.parametrize("size", [32, 64, 128, 256])
def test_a_recipe_scales_with_the_size_of_the_picture(name: str, size: int) -> None:
    config = resolve(name, [f"image.size={size}"])
    with torch.device("meta"):
        model = family_named(config.family).build(config, 3)
    parameters = sum(p.numel() for p in model.parameters())
    assert 50_000 < parameters < (20_000_000 if config.family != "vae-fc" else 200_000_000)


@pytest.mark.parametrize("name", NAMES)
def test_a_step_of_every_recipe_is_finite(name: str) -> None:
    config = resolve(name, ["image.size=16"])
    torch.manual_seed(0)
    family = family_named(config.family)
    model = family.build(config, 3)
    objective = family.objective(config.objective, config, 3, "cpu")
    size = config.image.size
    batch = Batch(torch.rand(4, config.image.channels, size, size) * 2 - 1, torch.tensor([0, 1, 2, -1]))
    for phase in objective.phases:
        losses = objective.loss(phase.name, model, batch, Moment(4, 0.5))
        assert losses is not None
        assert bool(torch.isfinite(losses.total))

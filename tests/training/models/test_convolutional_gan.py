from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from dinoexplorer.generators.folding import folded
from training.config import ConfigError, ModelConfig, resolve
from training.models import family_named, kept_state
from training.models.convolutional_gan import Options, build_gan
from training.models.gan_blocks import ClassAffine, SelfAttention, SpectralNorm, spectrally_normalised

THESIS = Path(__file__).parents[4] / "shared/checkpoints/thesis-dcgan-faces/generator_300.weights.h5"


def _config(size: int = 16, dim: int = 4, family: str = "dcgan", **model: Any) -> ModelConfig:
    return ModelConfig.model_validate(
        {
            "family": family,
            "image": {"size": size},
            "latent": {"dim": dim},
            "model": {"width": 8, "widest": 32, **model},
        }
    )


def _meta(recipe: str) -> nn.Module:
    config = resolve(recipe)
    with torch.device("meta"):
        return family_named(config.family).build(config, 0)


def _kernels(model: nn.Module, name: str) -> list[tuple[int, ...]]:
    return [tuple(p.shape) for p in model.get_submodule(name).parameters() if p.ndim > 1]


def test_the_thesis_recipe_has_the_thesis_table() -> None:
    model = _meta("thesis-dcgan-128")
    assert _kernels(model, "decoder") == [(100, 256, 4, 4), (256, 64, 4, 4), *[(64, 64, 4, 4)] * 4, (3, 64, 3, 3)]
    kinds = [type(layer).__name__ for layer in model.get_submodule("decoder").children()]
    assert kinds == ["Unflatten", *["ConvTranspose2d", "LeakyReLU"] * 6, "Conv2d", "Tanh"]
    slopes = {m.negative_slope for m in model.modules() if isinstance(m, nn.LeakyReLU)}
    assert slopes == {0.3}
    halving = [m for m in model.get_submodule("discriminator").modules() if isinstance(m, nn.Conv2d)][:-1]
    assert {(m.kernel_size, m.stride) for m in halving} == {((5, 5), (2, 2))}
    assert {m.p for m in model.modules() if isinstance(m, nn.Dropout)} == {0.3}
    optimizer = resolve("thesis-dcgan-128").optimizer
    assert (optimizer.lr, optimizer.beta1) == (2e-4, 0.5)


@pytest.mark.skipif(not THESIS.is_file(), reason="the thesis's network is not on this machine")
def test_the_thesis_recipe_takes_the_thesis_weights() -> None:
    h5py = pytest.importorskip("h5py")
    shapes: list[tuple[int, ...]] = []
    with h5py.File(THESIS) as file:
        file["layers"].visititems(lambda _, item: shapes.append(item.shape) if hasattr(item, "shape") else None)
    ours = [tuple(p.shape) for p in _meta("thesis-dcgan-128").get_submodule("decoder").parameters()]
    sizes = [torch.Size(shape).numel() for shape in ours]
    sizes[1] *= 16  # the dense layer has a bias for each place, a transposed convolution one for each channel
    assert sorted(sizes) == sorted(torch.Size(shape).numel() for shape in shapes)


@pytest.mark.parametrize(
    ("recipe", "widths"), [("dogs-dcgan-32", [512, 256, 128, 3]), ("dogs-dcgan-64", [512, 256, 128, 64, 3])]
)
def test_the_dogs_recipes_have_the_table_of_the_paper(recipe: str, widths: list[int]) -> None:
    model = _meta(recipe)
    kernels = _kernels(model, "decoder")
    assert [shape[1] for shape in kernels] == widths
    assert {shape[2:] for shape in kernels} == {(4, 4)}
    assert kernels[0][0] == 100
    assert [shape[0] for shape in _kernels(model, "discriminator")] == [*widths[-2::-1], 1]
    halving = [m for m in model.modules() if isinstance(m, nn.Conv2d)][:-1]
    assert {(m.kernel_size, m.stride, m.padding) for m in halving} == {((4, 4), (2, 2), (1, 1))}
    kinds = [type(m).__name__ for m in model.get_submodule("decoder").children()]
    assert kinds[1:4] == ["ConvTranspose2d", "BatchNorm2d", "ReLU"]
    assert kinds[-2:] == ["ConvTranspose2d", "Tanh"]
    config = resolve(recipe)
    assert (config.optimizer.lr, config.optimizer.beta1, config.latent.dim) == (2e-4, 0.5, 100)


def test_every_normalisation_of_the_generator_folds() -> None:
    torch.manual_seed(0)
    for family, classes in (("dcgan", 0), ("cgan", 3)):
        decoder = family_named(family).build(_config(32, family=family), classes).get_submodule("decoder")
        decoder(torch.randn(32, 4 + classes))
        decoder.eval()
        codes = torch.randn(5, 4 + classes)
        with torch.no_grad():
            assert torch.allclose(folded(decoder)(codes), decoder(codes), atol=1e-5)
        assert not [m for m in folded(decoder).modules() if isinstance(m, nn.BatchNorm2d)]


def test_depth_follows_the_size() -> None:
    options = Options(width=8, widest=64)
    for size, count in ((16, 2), (28, 2), (32, 3), (64, 4), (256, 6), (448, 6)):
        with torch.device("meta"):
            model = build_gan(_config(size), options)
        doublings = [m for m in model.decoder.modules() if isinstance(m, nn.ConvTranspose2d) and m.stride == (2, 2)]
        assert len(doublings) == count


def test_attention_is_refused_at_a_side_that_is_no_grid() -> None:
    with pytest.raises(ConfigError, match=r"model\.attention_at = 10: the grids are 4, 8, 16 px"):
        build_gan(_config(32), Options(attention_at=10))
    model = build_gan(_config(32), Options(width=8, discriminator_width=8, attention_at=16))
    assert sum(isinstance(m, SelfAttention) for m in model.modules()) == 2


def test_pictures_without_classes_are_refused_by_cgan() -> None:
    with pytest.raises(ConfigError, match="these pictures have no classes: put them into one folder per class"):
        family_named("cgan").build(_config(family="cgan"), 0)


def test_the_decoders_last_numbers_weigh_the_classes() -> None:
    torch.manual_seed(0)
    family, config = family_named("cgan"), _config(family="cgan")
    assert family.latent_names(config, ("rex", "steg")) == ("z0", "z1", "z2", "z3", "rex", "steg")
    decoder = family.build(config, 2).get_submodule("decoder").eval()
    for layer in decoder.modules():
        if isinstance(layer, ClassAffine):
            nn.init.normal_(layer.scale.weight)
            nn.init.normal_(layer.shift.weight)
    code = torch.randn(1, 4)
    rex, steg, blend = (decoder(torch.cat([code, torch.tensor([w])], 1)) for w in ([1.0, 0], [0, 1.0], [0.5, 0.5]))
    assert (rex - steg).abs().mean() > 0.01
    assert (rex - blend).abs().mean() > 0.005
    codes = family.draw_codes(config, 2, 50, torch.Generator().manual_seed(0))
    assert torch.equal(codes[:, 4:].sum(1), torch.ones(50))
    assert set(codes[:, 4].tolist()) == {0.0, 1.0}


def test_class_affine_is_linear_in_the_weights() -> None:
    torch.manual_seed(0)
    layer, x = ClassAffine(2, 3), torch.randn(1, 3, 4, 4)
    assert torch.equal(layer(x, torch.tensor([[1.0, 0.0]])), x)  # it starts as the identity
    nn.init.normal_(layer.scale.weight)
    nn.init.normal_(layer.shift.weight)
    a, b, half = (layer(x, torch.tensor([w])) for w in ([1.0, 0.0], [0.0, 1.0], [0.5, 0.5]))
    assert torch.allclose(half, 0.5 * (a + b), atol=1e-6)


def test_the_projection_prefers_pictures_of_their_class() -> None:
    torch.manual_seed(0)
    discriminator = family_named("cgan").build(_config(family="cgan"), 2).get_submodule("discriminator").eval()
    images = torch.randn(3, 3, 16, 16)
    first, second = torch.tensor([[1.0, 0.0]] * 3), torch.tensor([[0.0, 1.0]] * 3)
    both = discriminator(images, 0.5 * (first + second))
    assert torch.allclose(both, 0.5 * (discriminator(images, first) + discriminator(images, second)), atol=1e-5)
    assert not torch.allclose(discriminator(images, first), discriminator(images, second), atol=1e-4)


@pytest.mark.parametrize("layer", [nn.Conv2d(3, 8, 3), nn.ConvTranspose2d(8, 3, 4), nn.Linear(5, 7)])
def test_spectral_normalisation_finds_the_largest_singular_value(layer: nn.Module) -> None:
    torch.manual_seed(0)
    spectrally_normalised(layer)
    for _ in range(100):
        weight = layer.weight
    layer.eval()
    matrix = (weight.transpose(0, 1) if isinstance(layer, nn.ConvTranspose2d) else weight).flatten(1)
    assert float(torch.linalg.matrix_norm(matrix.detach(), 2)) == pytest.approx(1.0, abs=1e-3)


def test_evaluation_leaves_the_estimate_and_a_scaled_one_does_not_matter() -> None:
    torch.manual_seed(0)
    weight = torch.randn(6, 4)
    norm = SpectralNorm(weight).eval()
    before, first = norm.left.clone(), norm(weight)
    assert torch.equal(norm.left, before)
    norm.left.mul_(0.5)  # as an average of directions is
    assert torch.allclose(norm(weight), first, atol=1e-6)


def test_a_checkpoint_of_a_normalised_generator_holds_plain_weights() -> None:
    torch.manual_seed(0)
    model = family_named("sagan").build(_config(family="sagan"), 0)
    model.train()
    estimates = {key: t.clone() for key, t in model.state_dict().items() if key.endswith(".left")}
    tensors = kept_state(model, ("decoder",))
    assert estimates
    assert all(torch.equal(model.state_dict()[key], t) for key, t in estimates.items())
    assert model.training
    assert not [key for key in tensors if "original" in key or "left" in key]
    assert "decoder.1.weight" in tensors


def test_attention_starts_as_the_identity_and_learns() -> None:
    torch.manual_seed(0)
    layer, x = SelfAttention(16), torch.randn(2, 16, 8, 8)
    assert torch.equal(layer(x), x)
    nn.init.ones_(layer.gain)
    changed = layer(x)
    assert changed.shape == x.shape
    x[:, :, 0, 0] += 10.0  # a place far away matters to every other
    assert ((layer(x) - x) - (changed - x)).abs()[:, :, 4:, 4:].mean() > 1e-4

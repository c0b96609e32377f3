from collections.abc import Callable

import pytest
import torch

from training.config import ConfigError, RunConfig, resolve
from training.models import families, family_named


def test_families_are_found_by_their_files() -> None:
    assert {"vae", "vae-fc"} <= families().keys()
    assert all(family.name == name and family.title for name, family in families().items())


def test_an_unknown_family_suggests_the_nearest() -> None:
    with pytest.raises(ConfigError, match="unknown family 'vae_fc': did you mean 'vae-fc'"):
        family_named("vae_fc")


def test_the_fully_connected_vae_has_the_reference_projects_layers() -> None:
    config = resolve("vae-fc", ["image.size=256", "latent.dim=2"])
    with torch.device("meta"):
        model = family_named("vae-fc").build(config)
    shapes = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items() if name.endswith("weight")}
    assert shapes == {
        "encoder.1.weight": (500, 196_608),
        "encoder.3.weight": (500, 500),
        "encoder.5.mean.weight": (2, 500),
        "encoder.5.log_variance.weight": (2, 500),
        "decoder.0.weight": (500, 2),
        "decoder.2.weight": (500, 500),
        "decoder.4.weight": (196_608, 500),
    }
    kinds = [type(layer).__name__ for layer in model.decoder]
    assert kinds == ["Linear", "ReLU", "Linear", "ReLU", "Linear", "SigmoidPicture", "Unflatten"]


def test_hidden_widths_are_mirrored(tiny_config: Callable[..., RunConfig]) -> None:
    model = family_named("vae-fc").build(tiny_config("model.hidden=[40, 20, 10]", recipe="vae-fc"))
    widths = [layer.out_features for layer in model.decoder if isinstance(layer, torch.nn.Linear)]
    assert widths == [10, 20, 40, 768]


@pytest.mark.parametrize("family", ["vae", "vae-fc"])
@pytest.mark.parametrize(("size", "channels", "dim"), [(16, 3, 2), (28, 1, 5), (64, 3, 1), (80, 1, 40)])
def test_every_family_keeps_the_shapes(family: str, size: int, channels: int, dim: int) -> None:
    config = resolve(family, [f"image.size={size}", f"image.channels={channels}", f"latent.dim={dim}"])
    model = family_named(family).build(config).eval()
    images = torch.rand(3, channels, size, size) * 2 - 1
    mean, log_variance = model.encoder(images)
    assert mean.shape == log_variance.shape == (3, dim)
    pictures = model.decoder(mean * 100)
    assert pictures.shape == images.shape
    assert pictures.abs().max() <= 1


@pytest.mark.parametrize(
    "settings", [["model.shuffle=4"], ["model.hidden=24"], ["model.residual_to=0"], ["model.activation=silu"]]
)
def test_options_of_the_convolutional_vae(settings: list[str]) -> None:
    config = resolve("vae", ["image.size=64", "model.width=4", *settings])
    model = family_named("vae").build(config)
    assert model(torch.zeros(2, 3, 64, 64)).shape == (2, 3, 64, 64)


def test_the_decoder_is_made_of_layers_that_fold() -> None:
    model = family_named("vae").build(resolve("vae", ["model.hidden=16", "image.size=128"]))
    kinds = {type(module).__name__ for module in model.decoder.modules()}
    assert kinds <= {
        "Sequential", "Linear", "Unflatten", "Upsample", "Conv2d", "BatchNorm2d", "LeakyReLU", "PixelShuffle", "Tanh",
        "Residual",
    }  # fmt: skip

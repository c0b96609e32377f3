from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from training.checkpoint import CheckpointHeader
from training.config import ConfigError, ModelConfig, RunConfig, resolve
from training.models import families, family_named, kept_state, rebuild
from training.models.family import Batch, Moment

NAMES = sorted(families())
SMALL = {"width": 8, "widest": 32, "discriminator_width": 8, "hidden": None}
AUTOENCODERS = ("autoencoder", "vae", "vae-fc", "vae-gan", "wae-mmd")
GANS = ("cgan", "dcgan", "fastgan", "sagan")


def small(name: str, *, size: int = 16, channels: int = 3, dim: int = 5, **model: Any) -> ModelConfig:
    """A tiny configuration of a family; what it has no option for is left out."""
    known = family_named(name).Options.model_fields
    options = {key: value for key, value in (SMALL | model).items() if key in known and value is not None}
    image = {"size": size, "channels": channels}
    return ModelConfig.model_validate({"family": name, "image": image, "latent": {"dim": dim}, "model": options})


def classes_of(name: str) -> tuple[str, ...]:
    return ("a", "b", "c") if name in {"cgan", "sagan"} else ()


def build(name: str, config: ModelConfig) -> nn.Module:
    torch.manual_seed(0)
    return family_named(name).build(config, len(classes_of(name)))


def batch_of(config: ModelConfig, count: int = 8) -> Batch:
    """Bright discs on dark ground, at random places; a label among three, the last one unknown."""
    generator = torch.Generator().manual_seed(1)
    size = config.image.size
    axis = torch.linspace(-1, 1, size)
    x, y, radius = (torch.rand(3, count, 1, 1, generator=generator) - 0.5).unbind(0)
    inside = (axis[None, None] - x).square() + (axis[None, :, None] - y).square() < (0.5 + radius * 0.4).square()
    images = (inside.float() * 1.6 - 0.8)[:, None].expand(-1, config.image.channels, -1, -1)
    labels = torch.arange(count) % 3
    labels[-1] = -1
    return Batch(images.contiguous(), labels)


def train(
    name: str, config: ModelConfig, steps: int, *, count: int = 16, lr: float = 2e-3
) -> tuple[nn.Module, list[Any]]:
    """The model after some steps on one batch, and the parts of every step."""
    family, model, batch = family_named(name), build(name, config), batch_of(config, count)
    objective = family.objective({}, config, len(classes_of(name)), "cpu")
    optimizers = {
        phase.name: torch.optim.Adam(
            [p for module in phase.modules for p in model.get_submodule(module).parameters()], lr, betas=(0.5, 0.99)
        )
        for phase in objective.phases
    }
    history = []
    for step in range(steps):
        parts: dict[str, float] = {}
        for phase in objective.phases:
            losses = objective.loss(phase.name, model, batch, Moment(step, step / steps))
            if losses is not None:
                optimizers[phase.name].zero_grad()
                losses.total.backward()  # type: ignore[no-untyped-call]
                optimizers[phase.name].step()
                parts |= {key: float(value) for key, value in losses.parts.items()}
        history.append(parts)
    return model, history


def test_families_are_found_by_their_files() -> None:
    assert families().keys() >= {*AUTOENCODERS, *GANS}
    assert all(family.name == name and family.title for name, family in families().items())
    assert all("decoder" in family.kept for family in families().values())


def test_an_unknown_family_suggests_the_nearest() -> None:
    with pytest.raises(ConfigError, match="unknown family 'vae_fc': did you mean 'vae-fc'"):
        family_named("vae_fc")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("size", "channels", "dim"), [(16, 3, 2), (28, 1, 5), (32, 3, 1), (64, 3, 9), (128, 1, 4)])
def test_every_family_keeps_the_shapes(name: str, size: int, channels: int, dim: int) -> None:
    config, classes = small(name, size=size, channels=channels, dim=dim), classes_of(name)
    family, model = family_named(name), build(name, config).eval()
    codes = family.draw_codes(config, len(classes), 3, torch.Generator().manual_seed(0))
    assert codes.shape == (3, len(family.latent_names(config, classes)))
    with torch.no_grad():
        pictures = model.get_submodule("decoder")(codes * 100)
        assert pictures.shape == (3, channels, size, size)
        assert pictures.abs().max() <= 1
        if "encoder" in family.kept:
            mean, log_variance = model.get_submodule("encoder")(pictures)
            assert mean.shape == log_variance.shape == (3, dim)
        figures = family.objective({}, config, len(classes), "cpu").evaluate(model, batch_of(config, 3))
    assert all(bool(torch.isfinite(value)) and value.ndim == 0 for value in figures.values())
    assert "total" in figures


@pytest.mark.parametrize("name", NAMES)
def test_a_checkpoint_holds_what_decodes_and_rebuilds_the_same_pictures(name: str) -> None:
    config = small(name)
    model, _ = train(name, config, 2)
    model.eval()
    family, classes = family_named(name), classes_of(name)
    codes = family.draw_codes(config, len(classes), 4, torch.Generator().manual_seed(0))
    tensors = kept_state(model, family.kept)
    assert {key.partition(".")[0] for key in tensors} == set(family.kept)
    assert not any("parametrizations" in key for key in tensors)
    again = rebuild(CheckpointHeader(config.model_dump(), {"dim": codes.shape[1]}, {}, classes), tensors)
    assert not again.training
    with torch.no_grad():
        expected, found = model.get_submodule("decoder")(codes), again.get_submodule("decoder")(codes)
    assert torch.allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_each_phase_changes_its_own_modules_and_no_others(name: str) -> None:
    config = small(name)
    model, family = build(name, config), family_named(name)
    objective = family.objective({}, config, len(classes_of(name)), "cpu")
    for phase in objective.phases:
        model.zero_grad(set_to_none=True)
        losses = objective.loss(phase.name, model, batch_of(config), Moment(0, 0.5))
        assert losses is not None
        losses.total.backward()  # type: ignore[no-untyped-call]
        touched = {key.partition(".")[0] for key, p in model.named_parameters() if p.grad is not None}
        left_out = [key for key, p in model.named_parameters() if key.partition(".")[0] in phase.modules
                    and p.grad is None]  # fmt: skip
        assert touched == set(phase.modules)
        assert left_out == []  # a distributed step waits for every gradient


@pytest.mark.parametrize("name", AUTOENCODERS)
def test_autoencoders_learn_to_reconstruct(name: str) -> None:
    _, history = train(name, small(name, dim=8), 60)
    first, last = (sum(parts["psnr"] for parts in some) / 5 for some in (history[:5], history[-5:]))
    assert last > first + 3


@pytest.mark.parametrize("name", GANS)
def test_gans_stay_in_balance(name: str) -> None:
    _, history = train(name, small(name, dim=8), 60, lr=5e-4)
    late = history[-30:]
    rightly = sum(parts["accuracy/real"] + parts["accuracy/fake"] for parts in late) / len(late) / 2
    assert 0.3 < rightly < 0.97
    assert all(abs(value) < 20 for parts in history for value in parts.values())


def test_the_fully_connected_vae_has_the_reference_projects_layers() -> None:
    config = resolve("vae-fc", ["image.size=256", "latent.dim=2"])
    with torch.device("meta"):
        model = family_named("vae-fc").build(config, 0)
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
    kinds = [type(layer).__name__ for layer in model.get_submodule("decoder").children()]
    assert kinds == ["Linear", "ReLU", "Linear", "ReLU", "Linear", "SigmoidPicture", "Unflatten"]


def test_hidden_widths_are_mirrored(tiny_config: Callable[..., RunConfig]) -> None:
    model = family_named("vae-fc").build(tiny_config("model.hidden=[40, 20, 10]", recipe="vae-fc"), 0)
    decoder = model.get_submodule("decoder")
    assert [layer.out_features for layer in decoder.children() if isinstance(layer, nn.Linear)] == [10, 20, 40, 768]


@pytest.mark.parametrize("options", [{"shuffle": 4}, {"hidden": 24}, {"residual_to": 0}, {"activation": "silu"}])
def test_options_of_the_convolutional_vae(options: dict[str, Any]) -> None:
    model = build("vae", small("vae", size=64, **options))
    assert model(torch.zeros(2, 3, 64, 64)).shape == (2, 3, 64, 64)


def test_the_decoder_is_made_of_layers_that_fold() -> None:
    model = build("vae", small("vae", size=128, hidden=16))
    kinds = {type(module).__name__ for module in model.get_submodule("decoder").modules()}
    assert kinds <= {
        "Sequential", "Linear", "Unflatten", "Upsample", "Conv2d", "BatchNorm2d", "LeakyReLU", "PixelShuffle", "Tanh",
        "Residual",
    }  # fmt: skip

"""State dicts of networks of the plain family, of random build: the first reading shows the network's own pictures."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from dinoexplorer.generators import open_generator
from dinoexplorer.generators.chain import courses
from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.families.plain import FAMILY
from dinoexplorer.generators.readers.foreign import readings, unpacked
from dinoexplorer.generators.reading import Built, Reading
from dinoexplorer.generators.rows import rows_of
from dinoexplorer.generators.witness import look_at, return_error
from tests.dinoexplorer.generators.remembering import contents_of, difference, remembered

SHARED = Path(__file__).parents[4] / "shared/checkpoints"
ACTIVATIONS = {"ReLU": nn.ReLU, "leaky ReLU 0.2": lambda: nn.LeakyReLU(0.2), "ELU": nn.ELU}


def first(contents: Contents) -> tuple[Reading, Built]:
    found = readings(contents)
    assert found, "no family recognises it"
    return found[0], found[0].build()


def deconvolutions(rng: np.random.Generator, activation: str) -> tuple[nn.Sequential, int, int, int]:
    """A transposed-convolution generator of random depth and widths: the network, dim, channels and side."""
    depth, dim, channels = int(rng.integers(3, 5)), int(rng.integers(3, 40)), int(rng.choice([1, 3]))
    widths = [int(rng.integers(6, 17)) for _ in range(depth - 1)]
    layers: list[nn.Module] = []
    for number, (given, out) in enumerate(zip([dim, *widths], [*widths, channels], strict=True)):
        last = number == depth - 1
        stride, padding = (1, 0) if number == 0 else (2, 1)
        layers.append(nn.ConvTranspose2d(given, out, 4, stride, padding, bias=last))
        layers.extend([nn.Tanh()] if last else [nn.BatchNorm2d(out), ACTIVATIONS[activation]()])
    nn.init.normal_(layers[-2].weight, 0, 0.5)  # type: ignore[arg-type]
    return nn.Sequential(*layers), dim, channels, 4 * 2 ** (depth - 1)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_transposed_convolutions_of_any_depth_are_read_with_their_activation(seed, activation):
    rng = np.random.default_rng([seed, len(activation)])
    torch.manual_seed(seed)
    net, dim, channels, side = deconvolutions(rng, activation)
    remembered(net, (dim, 1, 1), seed)
    reading, built = first(contents_of(net.state_dict()))
    assert (reading.family, built.latent.dim, built.channels, built.image_size) == ("dcgan", dim, channels, side)
    assert activation in reading.title
    assert difference(built, net, torch.randn(8, dim), (dim, 1, 1)) < 1


class Resizing(nn.Module):
    """A linear layer, then nearest upsampling and convolutions; names and order as many write it."""

    def __init__(self, dim: int, width: int, channels: int, eps: float) -> None:
        super().__init__()
        self.width = width
        self.l1 = nn.Sequential(nn.Linear(dim, width * 7 * 7))
        self.conv_blocks = nn.Sequential(
            nn.BatchNorm2d(width),
            nn.Upsample(scale_factor=2), nn.Conv2d(width, width, 3, padding=1), nn.BatchNorm2d(width, eps),
            nn.LeakyReLU(0.2),
            nn.Upsample(scale_factor=2), nn.Conv2d(width, width // 2, 3, padding=1), nn.BatchNorm2d(width // 2, eps),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width // 2, channels, 3, padding=1), nn.Tanh(),
        )  # fmt: skip
        nn.init.normal_(self.conv_blocks[9].weight, 0, 0.5)

    def forward(self, codes: torch.Tensor) -> torch.Tensor:
        pictures: torch.Tensor = self.conv_blocks(self.l1(codes).reshape(-1, self.width, 7, 7))
        return pictures


@pytest.mark.parametrize(("seed", "eps"), [(0, 1e-5), (1, 0.8), (2, 0.8)])
def test_resizing_convolutions_are_read_with_the_epsilon_that_many_copied(seed, eps):
    torch.manual_seed(seed)
    net = remembered(Resizing(20, 12, 1, eps), (20,), seed)
    reading, built = first(contents_of(net.state_dict()))
    assert (reading.family, built.latent.dim, built.image_size) == ("resizing-gan", 20, 28)
    assert ("epsilon 0.8" in reading.title) == (eps == 0.8)
    assert difference(built, net, torch.randn(8, 20)) < 1


def test_codes_from_the_uniform_distribution_are_told_from_normal_ones():
    torch.manual_seed(0)
    net, dim, *_ = deconvolutions(np.random.default_rng(3), "ReLU")
    remembered(net, (dim, 1, 1), 0, uniform=True)
    reading, built = first(contents_of(net.state_dict()))
    assert built.latent.prior == "uniform"
    assert "uniform codes" in reading.title


@pytest.mark.parametrize("prefix", ["module.", "netG.", "generator.module.", "model.G_ema."])
def test_prefixes_and_wrappers_change_nothing(tmp_path, prefix):
    torch.manual_seed(1)
    net, dim, *_ = deconvolutions(np.random.default_rng(1), "ReLU")
    remembered(net, (dim, 1, 1), 1)
    path = tmp_path / "net.pth"
    torch.save({prefix + name: tensor for name, tensor in net.state_dict().items()}, path)
    _, built = first(unpacked(path))
    assert difference(built, net, torch.randn(4, dim), (dim, 1, 1)) < 1


def test_a_fully_connected_generator_is_read():
    torch.manual_seed(2)
    parts = [nn.Linear(16, 32), nn.BatchNorm1d(32), nn.LeakyReLU(0.2), nn.Linear(32, 64), nn.BatchNorm1d(64),
             nn.LeakyReLU(0.2), nn.Linear(64, 144), nn.Tanh()]  # fmt: skip
    nn.init.normal_(parts[6].weight, 0, 0.3)
    net = remembered(nn.Sequential(*parts), (16,), 2)
    reading, built = first(contents_of(net.state_dict()))
    assert (reading.family, built.image_size, built.channels) == ("gan-fc", 12, 1)
    assert "leaky ReLU 0.2" in reading.title
    assert difference(built, net, torch.randn(8, 16)) < 1


class Vae(nn.Module):
    """The VAE of PyTorch's examples, with other sizes."""

    def __init__(self, pixels: int, hidden: int, dim: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(pixels, hidden)
        self.fc21, self.fc22 = nn.Linear(hidden, dim), nn.Linear(hidden, dim)
        self.fc3, self.fc4 = nn.Linear(dim, hidden), nn.Linear(hidden, pixels)

    def encoded(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        features = torch.relu(self.fc1(pictures))
        return self.fc21(features), self.fc22(features)

    def decoded(self, codes: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(self.fc4(torch.relu(self.fc3(codes))))


def spots(count: int, side: int, source: torch.Generator) -> torch.Tensor:
    """Pictures ``(count, side * side)`` in [0, 1] of one soft spot each."""
    places = torch.rand(count, 2, 1, 1, generator=source) * side
    rows, columns = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    distance = (rows - places[:, 0]) ** 2 + (columns - places[:, 1]) ** 2
    return torch.exp(-distance / 6).flatten(1)


def test_a_vae_is_read_with_its_encoder_and_its_range():
    torch.manual_seed(3)
    source = torch.Generator().manual_seed(3)
    net = Vae(144, 48, 3)
    optimiser = torch.optim.Adam(net.parameters(), 5e-3)
    for _ in range(500):
        pictures = spots(64, 12, source)
        mean, log_variance = net.encoded(pictures)
        again = net.decoded(mean + torch.randn(mean.shape, generator=source) * (log_variance / 2).exp())
        divergence = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum()
        loss = functional.binary_cross_entropy(again, pictures, reduction="sum") + divergence
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    reading, built = first(contents_of(net.state_dict()))
    assert (reading.family, built.latent.dim, built.image_size) == ("vae-fc", 3, 12)
    codes = torch.randn(16, 3, generator=source)
    with torch.inference_mode():
        pictures = built.decoder(codes)
        wanted = net.decoded(codes).reshape(-1, 1, 12, 12) * 2 - 1
        assert float((pictures - wanted).abs().mean()) * 127.5 < 1
        assert built.encoder is not None
        original = spots(16, 12, source)
        means = built.encoder(original.reshape(-1, 1, 12, 12) * 2 - 1)
        torch.testing.assert_close(means, net.encoded(original)[0])


def test_a_discriminator_is_no_generator():
    net = nn.Sequential(nn.Conv2d(3, 8, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(8, 16, 4, 2, 1), nn.Conv2d(16, 1, 4))
    assert FAMILY.readings(contents_of(net.state_dict())) == []


def test_a_classifier_is_no_generator():
    net = nn.Sequential(nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 10))
    assert FAMILY.readings(contents_of(net.state_dict())) == []


def test_tensors_of_no_known_layer_are_named_in_what_is_missing():
    state = {"block.theta": torch.ones(2, 3, 4), "out.weight": torch.ones(784, 4)}
    assert FAMILY.missing(contents_of(state)) == "the tensors of 'block' are of no layer it knows"


# What the reading is made of


def test_rows_come_in_the_order_of_the_file_with_what_they_may_be():
    state = {
        "emb.weight": torch.ones(10, 4), "fc.weight": torch.ones(8, 4), "fc.bias": torch.ones(8),
        "bn.weight": torch.ones(8), "bn.running_mean": torch.ones(8), "bn.running_var": torch.ones(8),
        "conv.weight": torch.ones(3, 8, 3, 3), "act.weight": torch.ones(1), "norm.weight": torch.ones(3),
        "norm.bias": torch.ones(3), "dense/kernel": torch.ones(5, 7), "odd": torch.ones(2),
    }  # fmt: skip
    rows = rows_of({name.replace("/", "."): tensor for name, tensor in state.items()})
    assert [(row.name, row.kind) for row in rows] == [
        ("emb", "embedding"), ("fc", "linear"), ("bn", "batch_norm"), ("conv", "spatial"), ("act", "prelu"),
        ("norm", "affine"), ("dense", "linear"), ("", "other"),
    ]  # fmt: skip
    assert rows[6].shape == (7, 5)  # turned, as torch has it


@pytest.mark.parametrize(("count", "side"), [(2, 8), (3, 16), (5, 64)])
def test_the_usual_geometry_comes_first(count, side):
    widths = [10, *range(20, 20 + count - 1), 3]
    net = nn.Sequential(
        *(nn.ConvTranspose2d(given, out, 4, 1 if number == 0 else 2, int(number > 0))
          for number, (given, out) in enumerate(pairwise(widths)))
    )  # fmt: skip
    ways = courses(rows_of(net.state_dict()))
    assert (ways[0].side, ways[0].latent, ways[0].channels) == (side, 10, 3)
    with torch.inference_mode():
        assert net(torch.ones(1, 10, 1, 1)).shape == (1, 3, side, side)


def test_rows_that_do_not_fit_into_each_other_have_no_course():
    state = nn.Sequential(nn.Linear(4, 8), nn.Linear(9, 784)).state_dict()
    assert courses(rows_of(state)) == []


def test_a_right_reading_agrees_with_what_normalisations_remember_and_a_wrong_one_does_not():
    torch.manual_seed(0)
    right = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 32), nn.BatchNorm1d(32), nn.Linear(32, 4))
    remembered(right, (8,), 0)
    wrong = nn.Sequential(right[0], *right[2:])
    codes = torch.randn(64, 8)
    agreed, missed = look_at(right, codes)[1], look_at(wrong, codes)[1]
    assert agreed is not None
    assert missed is not None
    assert agreed < 0.25
    assert missed > 0.3
    assert look_at(nn.Sequential(nn.Linear(8, 4)), codes)[1] is None


def test_codes_that_are_found_again_have_no_error():
    codes = torch.randn(64, 4)
    assert return_error(codes, codes) == 0
    assert return_error(torch.zeros_like(codes), codes) == pytest.approx(1, abs=0.1)


# Real files


def shared_files() -> list[Path]:
    return [path for path in sorted(SHARED.glob("*/*")) if path.suffix in {".pt", ".pth", ".ckpt"}]


@pytest.mark.parametrize("name", [
    "celeba-vae", "chairs-btcvae", "faces-dcgan-32", "fashion-dcgan", "mnist-cwgan", "mnist-gan-fc", "mnist-vae-conv",
    "mnist-vae-fc", "reference-vae-fc",
])  # fmt: skip
def test_a_real_file_shows_the_pictures_of_its_authors(name):
    path = next((path for path in shared_files() if path.parent.name == name), None)
    if path is None:
        pytest.skip(f"{SHARED / name} is not here")
    generator = open_generator(path)
    about = json.loads((path.parent / "about.json").read_text())
    truth = np.load(path.parent / "truth.npz")
    codes, images = truth["latents"], truth["images"]
    if "labels" in truth:
        codes = np.concatenate([codes, np.eye(about["classes"], dtype=np.float32)[truth["labels"]]], axis=1)
    pictures = generator.decode(codes)[..., : images.shape[-1]]
    assert np.abs(pictures.astype(float) - images).mean() < 1
    assert generator.info.encoder == ("encoder" in about)
    assert generator.info.latent.prior == about.get("prior", "normal")

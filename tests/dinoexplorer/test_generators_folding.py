from __future__ import annotations

import pytest
import torch
from torch import nn

from dinoexplorer.generators.folding import folded
from training.checkpoint import read_header, read_tensors
from training.models import rebuild


def worn(module: nn.Module) -> nn.Module:
    """The module with batch norms as training leaves them: statistics and weights far from 0 and 1."""
    torch.manual_seed(1)
    for layer in module.modules():
        if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            layer.running_mean.normal_(0, 0.7)
            layer.running_var.uniform_(0.2, 4)
            if layer.affine:
                nn.init.uniform_(layer.weight, 0.5, 1.5)
                nn.init.normal_(layer.bias)
    return module.eval()


def norms_in(module: nn.Module) -> int:
    return sum(isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d) for layer in module.modules())


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(6, 6, 3, 1, 1, bias=False), nn.BatchNorm2d(6), nn.ReLU())

    def forward(self, x):
        return x + self.body(x)


class Backwards(nn.Sequential):
    def forward(self, x):
        for layer in reversed(self):
            x = layer(x)
        return x


MODULES = {
    "conv": lambda: nn.Sequential(nn.Conv2d(6, 4, 3, bias=False), nn.BatchNorm2d(4), nn.ReLU()),
    "transposed": lambda: nn.Sequential(nn.ConvTranspose2d(6, 4, 4, 2, 1), nn.BatchNorm2d(4)),
    "grouped": lambda: nn.Sequential(nn.Conv2d(6, 6, 3, groups=3), nn.BatchNorm2d(6)),
    "without weights": lambda: nn.Sequential(nn.Conv2d(6, 4, 3), nn.BatchNorm2d(4, affine=False)),
    "residual": lambda: nn.Sequential(nn.Conv2d(6, 6, 1), nn.BatchNorm2d(6), Residual(), nn.Conv2d(6, 6, 1)),
    "nested": lambda: nn.Sequential(
        nn.Conv2d(6, 6, 1), nn.BatchNorm2d(6),
        nn.Sequential(
            nn.Conv2d(6, 6, 1), nn.BatchNorm2d(6), nn.ReLU(), nn.Sequential(nn.Conv2d(6, 6, 1), nn.BatchNorm2d(6)),
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MODULES)
def test_folding_leaves_no_norm_and_changes_no_result(name):
    module = worn(MODULES[name]())
    x = torch.randn(2, 6, 8, 8)
    result = folded(module)
    with torch.inference_mode():
        assert torch.allclose(result(x), module(x), atol=1e-5)
    assert norms_in(module) > 0
    assert norms_in(result) == 0


def test_linear_layers_take_their_norm_in():
    module = worn(nn.Sequential(nn.Linear(5, 7), nn.BatchNorm1d(7), nn.ReLU(), nn.Linear(7, 3)))
    x = torch.randn(4, 5)
    assert torch.allclose(folded(module)(x), module(x), atol=1e-5)
    assert norms_in(folded(module)) == 0


def test_a_norm_that_follows_no_layer_stays():
    module = worn(nn.Sequential(nn.ReLU(), nn.BatchNorm2d(6), nn.Conv2d(6, 6, 1)))
    x = torch.randn(2, 6, 4, 4)
    assert norms_in(folded(module)) == 1
    assert torch.allclose(folded(module)(x), module(x), atol=1e-5)


def test_a_sequence_that_runs_in_its_own_order_is_let_be():
    module = worn(Backwards(nn.Conv2d(6, 6, 1), nn.BatchNorm2d(6)))
    x = torch.randn(2, 6, 4, 4)
    assert torch.allclose(folded(module)(x), module(x), atol=1e-5)


def test_the_module_that_was_given_is_not_changed():
    module = worn(MODULES["conv"]())
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    folded(module)
    assert all(torch.equal(before[name], tensor) for name, tensor in module.state_dict().items())
    assert all(parameter.requires_grad for parameter in module.parameters())


@pytest.mark.parametrize("name", ["plane_checkpoint", "deep_checkpoint", "grey_checkpoint"])
def test_the_folded_decoder_of_a_checkpoint_equals_the_eager_one(request, name):
    path = request.getfixturevalue(name)
    decoder = rebuild(read_header(path), read_tensors(path)).decoder
    codes = torch.randn(6, read_header(path).config["latent"]["dim"], generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        assert float((folded(decoder)(codes) - decoder(codes)).abs().max()) <= 1e-5
    assert norms_in(folded(decoder)) < norms_in(decoder) or norms_in(decoder) == 0


@pytest.mark.parametrize("bias", [True, False])
def test_an_upsampling_and_a_convolution_become_one_layer_with_the_same_pictures(bias):
    torch.manual_seed(3)
    eager = nn.Sequential(
        nn.Upsample(scale_factor=2, mode="nearest"),
        nn.Conv2d(3, 5, 3, padding=1, bias=bias),
        nn.BatchNorm2d(5),
        nn.LeakyReLU(0.2),
    ).eval()
    eager[2].running_mean.uniform_(-1, 1)
    eager[2].running_var.uniform_(0.5, 2)
    fast = folded(eager)
    assert [type(layer) for layer in fast] == [nn.ConvTranspose2d, nn.LeakyReLU]
    picture = torch.randn(2, 3, 6, 7)
    assert torch.allclose(fast(picture), eager(picture), atol=1e-5)  # the border included


@pytest.mark.parametrize(
    "pair",
    [
        (nn.Upsample(scale_factor=2, mode="bilinear"), nn.Conv2d(3, 5, 3, padding=1)),
        (nn.Upsample(scale_factor=3, mode="nearest"), nn.Conv2d(3, 5, 3, padding=1)),
        (nn.Upsample(size=(8, 8), mode="nearest"), nn.Conv2d(3, 5, 3, padding=1)),
        (nn.Upsample(scale_factor=2, mode="nearest"), nn.Conv2d(3, 5, 3, padding=0)),
        (nn.Upsample(scale_factor=2, mode="nearest"), nn.Conv2d(3, 5, 5, padding=2)),
        (nn.Upsample(scale_factor=2, mode="nearest"), nn.Conv2d(3, 6, 3, padding=1, groups=3)),
        (nn.Upsample(scale_factor=2, mode="nearest"), nn.Conv2d(3, 5, 3, padding=1, padding_mode="reflect")),
    ],
)
def test_other_upsamplings_and_convolutions_stay_as_they_are(pair):
    eager = nn.Sequential(*pair).eval()
    assert [type(layer) for layer in folded(eager)] == [type(layer) for layer in pair]

"""Averaged weights, and what a checkpoint says about a latent space without an encoder."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from training.ema import Ema
from training.latent_statistics import draw_codes, prior_statistics


class _Pair(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.decoder = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
        self.discriminator = nn.Sequential(nn.Linear(4, 1), nn.Dropout(0.5))


def test_the_average_trails_weights_and_running_statistics_and_copies_counters() -> None:
    torch.manual_seed(0)
    model = _Pair()
    ema = Ema(model, 0.9, ("decoder",))
    before = {name: tensor.clone() for name, tensor in ema.state_dict().items()}
    for _ in range(3):
        model.decoder(torch.randn(8, 3) + 5)
    with torch.no_grad():
        model.decoder[0].weight += 1
    ema.update(1000)
    after = ema.state_dict()
    assert torch.allclose(after["decoder.0.weight"], before["decoder.0.weight"] + 0.1, atol=1e-6)
    mean = before["decoder.1.running_mean"].lerp(model.decoder[1].running_mean, 0.1)
    assert torch.allclose(after["decoder.1.running_mean"], mean)
    assert after["decoder.1.num_batches_tracked"] == 3


def test_what_is_not_kept_is_shared_and_put_back_into_training() -> None:
    model = _Pair()
    ema = Ema(model, 0.9, ("decoder",))
    assert ema.module.get_submodule("discriminator") is model.discriminator
    assert not [name for name in ema.state_dict() if name.startswith("discriminator")]
    with ema.evaluating() as module:
        assert not any(inner.training for inner in module.decoder.modules())
        assert not any(inner.training for inner in module.discriminator.modules())
    assert all(inner.training for inner in model.modules())
    assert all(parameter.requires_grad for parameter in model.parameters())
    with pytest.raises(RuntimeError, match=r"the averaged weights differ in decoder\.0\.bias"):
        ema.load_state_dict({"decoder.0.weight": torch.zeros(4, 3)})


class _ByClass(nn.Module):
    """Pictures of 1 x 1: the second number of z counts double, the first class is bright."""

    def decoder(self, codes: Tensor) -> Tensor:
        return (0.1 * codes[:, 0] + 0.2 * codes[:, 1] + codes[:, 2]).view(-1, 1, 1, 1)

    def get_submodule(self, target: str) -> nn.Module:
        return getattr(self, target)


def _codes(classes: int) -> Tensor:
    torch.manual_seed(1)
    chosen = torch.eye(classes)[torch.randint(classes, (500,))] if classes else torch.zeros(500, 0)
    return torch.cat([torch.randn(500, 3 - min(classes, 1)), chosen], 1)


def test_without_classes_a_prior_has_no_mixture() -> None:
    statistics = prior_statistics(_ByClass(), _codes(0), classes=0, tick=lambda *_: None)
    assert {name for name in statistics if "mixture" in name} == set()
    assert statistics["latent.importance"][1] == pytest.approx(2 * float(statistics["latent.importance"][0]), rel=0.1)
    codes = draw_codes(statistics, 1000, seed=0)
    assert codes.shape == (1000, 3)
    assert codes.std(0).tolist() == pytest.approx([1, 1, 1], abs=0.1)


def test_random_codes_of_a_conditional_model_are_of_one_pure_class() -> None:
    heard: list[str] = []
    statistics = prior_statistics(_ByClass(), _codes(4), classes=4, tick=lambda what, *_: heard.append(what))
    codes = draw_codes(statistics, 400, seed=0)
    assert codes.shape == (400, 6)
    assert set(codes[:, 2:].flatten().tolist()) == {0.0, 1.0}
    assert codes[:, 2:].sum(1).eq(1).all()
    assert codes[:, 2:].mean(0).tolist() == pytest.approx([0.25] * 4, abs=0.1)
    assert codes[:, :2].std(0).tolist() == pytest.approx([1, 1], abs=0.15)
    importance = statistics["latent.importance"]
    assert importance[2] == pytest.approx(0.25)
    assert importance[3] == 0
    assert set(heard) == {"measuring latent dimensions", "measuring classes"}

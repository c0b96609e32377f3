import math

import pytest
import torch
from pydantic import ValidationError
from torch import nn

from training.models.family import Batch, Moment
from training.models.gan_blocks import Gan
from training.objectives.adversarial import (
    Adversarial,
    AdversarialOptions,
    accuracy,
    batch_statistics,
    discriminator_loss,
    frozen,
    generator_loss,
    gradient_penalty,
    r1_penalty,
)
from training.objectives.patches import sliced_wasserstein

REAL, FAKE = torch.tensor([0.5, -2.0, 3.0]), torch.tensor([-1.0, 0.25, 2.0])


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _log_sigmoid(x: float) -> float:
    return -math.log(1 + math.exp(-x))


def test_the_non_saturating_loss_is_a_sum_of_log_probabilities() -> None:
    by_hand = -_mean([_log_sigmoid(x) for x in REAL.tolist()]) - _mean([_log_sigmoid(-x) for x in FAKE.tolist()])
    assert float(discriminator_loss("gan", REAL, FAKE)) == pytest.approx(by_hand, rel=1e-6)
    assert float(generator_loss("gan", FAKE)) == pytest.approx(-_mean([_log_sigmoid(x) for x in FAKE.tolist()]))


def test_the_least_squares_loss_is_half_the_squared_distance_from_1_and_0() -> None:
    by_hand = 0.5 * _mean([0.25, 9.0, 4.0]) + 0.5 * _mean([1.0, 0.0625, 4.0])
    assert float(discriminator_loss("lsgan", REAL, FAKE)) == pytest.approx(by_hand)
    assert float(generator_loss("lsgan", FAKE)) == pytest.approx(0.5 * _mean([4.0, 0.5625, 1.0]))


def test_the_hinge_loss_charges_what_is_within_the_margin() -> None:
    assert float(discriminator_loss("hinge", REAL, FAKE)) == pytest.approx(_mean([0.5, 3, 0]) + _mean([0, 1.25, 3]))
    assert float(generator_loss("hinge", FAKE)) == pytest.approx(-_mean([-1, 0.25, 2]))


def test_the_wasserstein_loss_is_the_difference_of_means() -> None:
    assert float(discriminator_loss("wgan-gp", REAL, FAKE)) == pytest.approx(float(FAKE.mean() - REAL.mean()))
    assert float(generator_loss("wgan-gp", FAKE)) == pytest.approx(-float(FAKE.mean()))


def test_smoothing_moves_the_target_of_real_pictures_only() -> None:
    logit = math.log(0.9 / 0.1)  # where a discriminator with the target 0.9 comes to rest
    places = torch.tensor([logit - 0.1, logit, logit + 0.1])
    losses = [float(discriminator_loss("gan", place[None], FAKE, smoothing=0.1)) for place in places]
    assert losses[1] < losses[0]
    assert losses[1] < losses[2]
    smoothed = discriminator_loss("lsgan", torch.tensor([0.9]), torch.tensor([0.0]), smoothing=0.1)
    assert float(smoothed) == pytest.approx(0.0, abs=1e-12)


def test_accuracy_is_the_share_on_the_right_side_of_the_border() -> None:
    assert [float(a) for a in accuracy("gan", REAL, FAKE)] == pytest.approx([2 / 3, 1 / 3])
    assert [float(a) for a in accuracy("lsgan", torch.tensor([0.4, 0.6]), torch.tensor([0.4, 0.2]))] == [0.5, 1.0]
    # means 0.5 and 0.4167: the middle is 0.458
    assert [float(a) for a in accuracy("wgan-gp", REAL, FAKE)] == pytest.approx([2 / 3, 2 / 3])
    assert [float(a) for a in accuracy("wgan-gp", REAL + 100, FAKE - 100)] == [1, 1]


def test_r1_of_a_linear_discriminator_is_half_its_squared_length() -> None:
    weight = torch.randn(3 * 4 * 4)
    images = torch.randn(5, 3, 4, 4)
    assert float(r1_penalty(lambda x: x.flatten(1) @ weight, images)) == pytest.approx(
        0.5 * float(weight.square().sum()), rel=1e-5
    )


def test_r1_of_a_quadratic_discriminator_and_its_gradient() -> None:
    images, scale = torch.randn(5, 1, 2, 2), torch.tensor(1.5, requires_grad=True)
    penalty = r1_penalty(lambda x: scale * x.square().flatten(1).sum(1), images)  # gradient 2 scale x
    squares = float(images.square().flatten(1).sum(1).mean())
    assert float(penalty.detach()) == pytest.approx(0.5 * 4 * 1.5**2 * squares, rel=1e-5)
    penalty.backward()
    assert scale.grad is not None
    assert float(scale.grad) == pytest.approx(4 * 1.5 * squares, rel=1e-5)


def test_the_gradient_penalty_is_zero_for_slope_1_and_grows_with_its_square() -> None:
    real, fake = torch.randn(6, 1, 3, 3), torch.randn(6, 1, 3, 3)
    direction = torch.nn.functional.normalize(torch.randn(9), dim=0)
    for slope, penalty in ((1.0, 0.0), (3.0, 4.0), (0.0, 1.0)):
        found = gradient_penalty(lambda x, slope=slope: slope * (x.flatten(1) @ direction), real, fake)  # type: ignore[misc]
        assert float(found) == pytest.approx(penalty, abs=1e-4)


def test_the_penalty_is_taken_between_real_and_generated_pictures() -> None:
    seen: list[torch.Tensor] = []

    def judge(x: torch.Tensor) -> torch.Tensor:
        seen.append(x)
        return x.flatten(1).sum(1)

    gradient_penalty(judge, torch.zeros(50, 1, 2, 2), torch.ones(50, 1, 2, 2))
    places = seen[0][:, 0, 0, 0]
    assert bool(((places >= 0) & (places <= 1)).all())
    assert float(places.detach().std()) > 0.2
    assert torch.equal(seen[0], places[:, None, None, None].expand(-1, 1, 2, 2))


def test_a_frozen_module_passes_gradients_on_and_keeps_none() -> None:
    layer, x = nn.Linear(3, 1), torch.ones(1, 3, requires_grad=True)
    with frozen(layer):
        layer(x).sum().backward()
    assert x.grad is not None
    assert all(p.grad is None and p.requires_grad for p in layer.parameters())


def test_batch_statistics_are_used_and_not_kept() -> None:
    norm = nn.BatchNorm2d(2).eval().requires_grad_(False)
    before = {name: tensor.clone() for name, tensor in norm.state_dict().items()}
    x = torch.randn(8, 2, 3, 3) * 5 + 4
    with batch_statistics(norm):
        assert float(norm(x).mean()) == pytest.approx(0, abs=1e-5)
    assert all(torch.equal(tensor, before[name]) for name, tensor in norm.state_dict().items())
    assert norm(x).mean() > 2


def test_an_unknown_augmentation_is_refused() -> None:
    with pytest.raises(ValidationError, match="'cutuot' is no augmentation: there are colour, translation, cutout"):
        AdversarialOptions(diffaugment="colour,cutuot")
    assert AdversarialOptions(diffaugment="cutout, color").diffaugment == "colour,cutout"


class _Judge(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(12, 1)

    def forward(self, images: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.layer(images.flatten(1)) + weights.sum(1, keepdim=True)
        return out


@pytest.fixture
def model() -> Gan:
    torch.manual_seed(0)
    return Gan(nn.Sequential(nn.Linear(2, 12), nn.Tanh(), nn.Unflatten(1, (3, 2, 2))), _Judge())


@pytest.fixture
def batch() -> Batch:
    return Batch(torch.rand(8, 3, 2, 2), torch.full((8,), -1))


def test_gradients_stay_within_the_phase(model: Gan, batch: Batch) -> None:
    objective = Adversarial(AdversarialOptions(r1=1.0, loss="wgan-gp"), dim=2)
    for phase in objective.phases:
        model.zero_grad()
        losses = objective.loss(phase.name, model, batch, Moment(0, 0.0))
        assert losses is not None
        losses.total.backward()  # type: ignore[no-untyped-call]
        touched = {name.partition(".")[0] for name, p in model.named_parameters() if p.grad is not None}
        assert touched == set(phase.modules)


def test_the_generator_waits_for_its_critic(model: Gan, batch: Batch) -> None:
    objective = Adversarial(AdversarialOptions(loss="wgan-gp", critic_steps=3), dim=2)
    acts = [objective.loss("generator", model, batch, Moment(step, 0.0)) is not None for step in range(7)]
    assert acts == [False, False, True, False, False, True, False]
    assert objective.loss("discriminator", model, batch, Moment(0, 0.0)) is not None


def test_r1_is_lazy_and_keeps_its_weight_on_average(model: Gan, batch: Batch) -> None:
    objective = Adversarial(AdversarialOptions(r1=2.0, r1_every=4), dim=2)
    plain = Adversarial(AdversarialOptions(), dim=2)
    charged = []
    for step in range(8):
        torch.manual_seed(step)
        losses = objective.discriminator(model, batch, Moment(step, 0.0))
        torch.manual_seed(step)
        extra = float((losses.total - plain.discriminator(model, batch, Moment(step, 0.0)).total).detach())
        assert extra == pytest.approx(2.0 * 4 * float(losses.parts.get("r1", torch.tensor(0.0))), abs=1e-5)
        charged.append("r1" in losses.parts)
    assert charged == [True, False, False, False] * 2


def test_the_discriminators_rate_is_its_own() -> None:
    phases = Adversarial(AdversarialOptions(discriminator_lr=4.0), dim=2).phases
    assert [(phase.name, phase.modules, phase.lr_factor) for phase in phases] == [
        ("discriminator", ("discriminator",), 4.0), ("generator", ("decoder",), 1.0),
    ]  # fmt: skip


def test_the_patch_distance_is_zero_for_equals_and_grows_with_blur() -> None:
    torch.manual_seed(0)
    sharp = torch.randint(0, 2, (16, 3, 32, 32)).float() * 2 - 1
    blurred = [torch.nn.functional.avg_pool2d(sharp, k, 1, k // 2, count_include_pad=False) for k in (3, 5)]
    assert float(sliced_wasserstein(sharp, sharp)) == 0
    assert float(sliced_wasserstein(sharp, sharp.flip(0))) == pytest.approx(0, abs=1e-6)
    near, far = (float(sliced_wasserstein(sharp, other)) for other in blurred)
    assert 0.05 < near < far

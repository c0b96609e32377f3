import math
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch.distributions import Bernoulli, Independent, Laplace, Normal, kl_divergence

from training.config import ConfigError
from training.models.blocks import Autoencoder, GaussianHead
from training.models.family import Batch, Moment
from training.objectives.edges import edge_distance
from training.objectives.elbo import Elbo, ElboOptions, gaussian_kl, kl_charge
from training.objectives.perceptual import PerceptualDistance
from training.objectives.reconstruction import reconstruction_nats


@pytest.fixture
def batch() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    images, reconstructions = torch.rand(5, 3, 8, 8) * 2 - 1, torch.rand(5, 3, 8, 8) * 2 - 1
    return images, reconstructions, torch.randn(5, 4), torch.randn(5, 4)


def test_the_kl_divergence_is_that_of_torch_distributions(batch: tuple[torch.Tensor, ...]) -> None:
    *_, mean, log_variance = batch
    expected = kl_divergence(Normal(mean, (0.5 * log_variance).exp()), Normal(0.0, 1.0))
    assert torch.allclose(gaussian_kl(mean, log_variance), expected, atol=1e-5)


def test_with_beta_1_the_gaussian_loss_is_the_elbo_up_to_its_constant(batch: tuple[torch.Tensor, ...]) -> None:
    images, reconstructions, mean, log_variance = batch
    likelihood = Independent(Normal(reconstructions, 1.0), 3).log_prob(images)
    constant = 0.5 * math.log(2 * math.pi) * images[0].numel()
    elbo = likelihood + constant - kl_divergence(Normal(mean, (0.5 * log_variance).exp()), Normal(0.0, 1.0)).sum(1)
    losses = Elbo(ElboOptions()).losses(*batch, progress=1.0)
    assert losses.total == pytest.approx(-elbo.mean().item(), rel=1e-5)


def test_laplace_and_bernoulli_are_negative_log_likelihoods(batch: tuple[torch.Tensor, ...]) -> None:
    images, reconstructions, *_ = batch
    laplace = -Independent(Laplace(reconstructions, 1.0), 3).log_prob(images) - math.log(2) * images[0].numel()
    assert torch.allclose(reconstruction_nats(images, reconstructions, "laplace"), laplace, rtol=1e-4)
    binary = (images > 0).float()
    bernoulli = -Independent(Bernoulli(probs=(reconstructions + 1) / 2), 3).log_prob(binary)
    assert torch.allclose(reconstruction_nats(binary * 2 - 1, reconstructions, "bernoulli"), bernoulli, rtol=1e-4)


def test_bernoulli_survives_pictures_of_pure_black_and_white() -> None:
    black, white = -torch.ones(1, 1, 4, 4), torch.ones(1, 1, 4, 4)
    assert reconstruction_nats(black, black, "bernoulli").item() == 0
    assert torch.isfinite(reconstruction_nats(black, white, "bernoulli")).all()


def test_beta_warms_up_linearly(batch: tuple[torch.Tensor, ...]) -> None:
    objective = Elbo(ElboOptions(beta=2.0, beta_warm_up=0.5))
    at = [objective.losses(*batch, progress=progress) for progress in (0.0, 0.25, 0.5, 1.0)]
    kl = at[0].parts["kl"]
    assert [float((loss.total - at[0].total) / kl) for loss in at] == pytest.approx([0, 1, 2, 2], abs=1e-3)


def test_free_bits_leave_small_divergences_uncharged(batch: tuple[torch.Tensor, ...]) -> None:
    images, reconstructions, *_ = batch
    zeros = torch.zeros(5, 4)
    losses = Elbo(ElboOptions(free_bits=0.5)).losses(images, reconstructions, zeros, zeros, progress=1.0)
    assert float(losses.total - losses.parts["reconstruction"]) == pytest.approx(4 * 0.5, rel=1e-3)


def test_a_capacity_charges_the_distance_from_it_and_rises_linearly() -> None:
    options = ElboOptions(capacity=10.0, capacity_rise=0.5, capacity_weight=3.0)
    divergences = torch.tensor([1.0, 3.0])  # together 4 nats
    at = [float(kl_charge(divergences, options, progress)) for progress in (0.0, 0.1, 0.2, 0.5, 1.0)]
    assert at == pytest.approx([12, 6, 0, 18, 18], abs=1e-4)


def test_evaluation_names_the_divergence_of_each_dimension_at_the_full_weight() -> None:
    torch.manual_seed(0)
    encoder = torch.nn.Sequential(torch.nn.Flatten(), GaussianHead(48, 3))
    decoder = torch.nn.Sequential(torch.nn.Linear(3, 48), torch.nn.Tanh(), torch.nn.Unflatten(1, (3, 4, 4)))
    batch = Batch(torch.rand(6, 3, 4, 4) * 2 - 1, torch.full((6,), -1))
    objective = Elbo(ElboOptions(beta=2.0, beta_warm_up=1.0))
    figures = objective.evaluate(Autoencoder(encoder, decoder), batch)
    each = [float(figures[f"kl/z{i}"]) for i in range(3)]
    assert sum(each) == pytest.approx(float(figures["kl"]), rel=1e-5)
    assert float(figures["total"]) == pytest.approx(float(figures["reconstruction"] + 2 * figures["kl"]), rel=1e-5)
    begun = objective.loss("autoencoder", Autoencoder(encoder, decoder), batch, Moment(0, 0.0))
    assert begun.total == begun.parts["reconstruction"]


def test_active_dimensions_are_counted(batch: tuple[torch.Tensor, ...]) -> None:
    images, reconstructions, mean, log_variance = batch
    mean = mean * torch.tensor([1.0, 0.0, 1.0, 0.01])
    assert Elbo(ElboOptions()).losses(images, reconstructions, mean, log_variance, progress=1.0).parts["active"] == 2


def test_edges_cost_nothing_when_equal_and_more_when_blurred() -> None:
    sharp = torch.ones(1, 1, 16, 16)
    sharp[..., 8:] = -1
    blurred = torch.nn.functional.avg_pool2d(torch.nn.functional.pad(sharp, (2, 2, 2, 2), mode="replicate"), 5, 1)
    assert edge_distance(sharp, sharp).item() == 0
    assert edge_distance(sharp, sharp + 0.3).item() == pytest.approx(0, abs=1e-3)
    assert edge_distance(sharp, blurred).item() > 10


def test_the_edge_term_at_one_scale_is_a_sum_of_absolute_differences() -> None:
    images = torch.zeros(1, 1, 2, 2)
    reconstructions = torch.tensor([[[[0.0, 1.0], [0.0, 3.0]]]])
    # horizontal |1| + |3|, vertical |0| + |2|; of the three scales only the first has two pixels
    assert edge_distance(images, reconstructions).item() == pytest.approx(6 / 3)


@pytest.fixture
def squeezenet(tmp_path: Path) -> Path:
    """Random weights under torchvision's names."""
    torch.manual_seed(0)
    tensors = {n: t for n, t in PerceptualDistance().state_dict().items() if n.startswith("features.")}
    save_file(tensors, tmp_path / "squeezenet.safetensors")
    return tmp_path / "squeezenet.safetensors"


def test_the_perceptual_distance_is_zero_for_equals_and_has_a_gradient(squeezenet: Path) -> None:
    distance = PerceptualDistance.load(str(squeezenet))
    images = torch.rand(2, 1, 32, 32) * 2 - 1
    other = torch.zeros(2, 1, 32, 32, requires_grad=True)
    assert distance(images, images).tolist() == [0, 0]
    distance(images, other).sum().backward()
    assert other.grad is not None
    assert other.grad.abs().sum() > 0
    assert not any(p.requires_grad for p in distance.parameters())


def test_missing_and_foreign_perceptual_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"perceptual_weights = a squeezenet1_0.safetensors file, but '/no' is not there"
    ):
        PerceptualDistance.load("/no")
    save_file({"a": torch.zeros(1)}, tmp_path / "a.safetensors")
    with pytest.raises(ConfigError, match="is not torchvision's squeezenet1_0 as safetensors"):
        PerceptualDistance.load(str(tmp_path / "a.safetensors"))

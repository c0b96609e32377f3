import pytest
import torch

from training.objectives.mmd import SCALES, kernel, mmd


def _by_hand(codes: torch.Tensor, prior: torch.Tensor) -> float:
    """The double sums of Tolstikhin et al. 2018, algorithm 2, written out."""

    def k(a: torch.Tensor, b: torch.Tensor) -> float:
        squared = float((a - b).square().sum())
        return sum(2 * len(a) * s / (2 * len(a) * s + squared) for s in SCALES)

    n = len(codes)
    total = 0.0
    for i in range(n):
        for j in range(n):
            if i != j:
                total += (k(codes[i], codes[j]) + k(prior[i], prior[j])) / (n * (n - 1))
            total -= 2 * k(codes[i], prior[j]) / n**2
    return total


def test_the_discrepancy_equals_its_double_sum() -> None:
    torch.manual_seed(0)
    codes, prior = torch.randn(7, 3) * 2 + 1, torch.randn(7, 3)
    assert float(mmd(codes, prior)) == pytest.approx(_by_hand(codes, prior), rel=1e-4)


def test_the_kernel_of_a_point_with_itself_is_1_a_scale() -> None:
    points = torch.randn(4, 5)
    assert torch.allclose(kernel(points, points).diagonal(), torch.full((4,), float(len(SCALES))))


def test_the_discrepancy_is_near_zero_for_the_prior_and_falls_towards_it() -> None:
    torch.manual_seed(1)
    prior = torch.randn(400, 2)
    distances = [float(mmd(torch.randn(400, 2) * spread + shift, prior))
                 for spread, shift in ((1, 4), (1, 1), (0.1, 0), (1, 0))]  # fmt: skip
    assert distances[0] > distances[1] > 0.05
    assert distances[2] > 0.05
    assert abs(distances[3]) < 0.02


def test_its_gradient_leads_codes_to_the_prior() -> None:
    torch.manual_seed(2)
    codes, prior = (torch.randn(100, 2) * 0.1 + 3).requires_grad_(), torch.randn(1000, 2)
    optimizer = torch.optim.Adam([codes], lr=0.1)
    before = float(mmd(codes.detach(), prior[:100]))
    for _ in range(100):
        optimizer.zero_grad()
        mmd(codes, torch.randn(100, 2)).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    after = codes.detach()
    assert float(mmd(after, prior[:100])) < 0.05 * before
    assert float(after.median(0).values.abs().max()) < 0.5

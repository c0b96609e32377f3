"""The arithmetic of the metrics, each against its definition."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.evaluation.metrics.elbo import log_mean_exp
from training.evaluation.metrics.score import inception_score
from training.evaluation.metrics.smoothness import worst_to_median
from training.evaluation.numbers.copying import excess_below
from training.evaluation.numbers.disentanglement import Factor, dci, lasso, mutual_information_gap
from training.evaluation.numbers.frechet import frechet_distance
from training.evaluation.numbers.kernel_distance import kernel_distance, squared_mmd
from training.evaluation.numbers.neighbours import manifolds, nearest
from training.evaluation.numbers.similarity import psnr, squared_error, ssim
from training.evaluation.numbers.spread import bootstrap, bootstrap_mean, over_halves

Array = np.ndarray[Any, Any]


def root(matrix: Array) -> Array:
    """Of a symmetric positive matrix."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T)


def frechet_by_the_book(a: Array, b: Array) -> float:
    """With covariances and a matrix root, as Heusel et al. 2017 write it."""
    s, t = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    middle = root(root(s) @ t @ root(s))
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(s + t - 2 * middle))


@pytest.mark.parametrize(("n", "m", "d"), [(60, 50, 4), (200, 300, 12), (9, 30, 12), (8, 7, 12)])
def test_frechet_distance_is_that_of_the_covariances_also_where_they_are_singular(n: int, m: int, d: int) -> None:
    rng = np.random.default_rng(n)
    mix = rng.normal(size=(d, d))
    a, b = rng.normal(size=(n, d)) @ mix, rng.normal(size=(m, d)) * 2 + 1
    assert frechet_distance(a, b) == pytest.approx(frechet_by_the_book(a, b), rel=1e-6)
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-9)


def test_frechet_distance_of_large_samples_is_the_closed_form_of_their_gaussians() -> None:
    rng = np.random.default_rng(0)
    a = rng.normal(size=(200_000, 2)) * [1.0, 2.0]
    b = rng.normal(size=(200_000, 2)) * [3.0, 1.0] + [1.0, -2.0]
    assert frechet_distance(a, b) == pytest.approx(1 + 4 + (3 - 1) ** 2 + (2 - 1) ** 2, rel=0.02)


def test_frechet_distance_agrees_with_scipy() -> None:
    linalg = pytest.importorskip("scipy.linalg")
    rng = np.random.default_rng(5)
    a, b = rng.normal(size=(80, 6)), rng.normal(size=(90, 6)) @ rng.normal(size=(6, 6))
    s, t = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    wanted = ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(s + t - 2 * linalg.sqrtm(s @ t).real)
    assert frechet_distance(a, b) == pytest.approx(float(wanted), rel=1e-6)


def test_squared_mmd_is_the_double_sum() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(7, 3)), rng.normal(size=(5, 3)) + 0.5

    def kernel(a: Array, b: Array) -> float:
        return float((a @ b / 3 + 1) ** 3)

    wanted = sum(kernel(x[i], x[j]) for i in range(7) for j in range(7) if i != j) / (7 * 6)
    wanted += sum(kernel(y[i], y[j]) for i in range(5) for j in range(5) if i != j) / (5 * 4)
    wanted -= 2 * sum(kernel(a, b) for a in x for b in y) / 35
    assert squared_mmd(x, y) == pytest.approx(wanted)


def test_the_kernel_distance_is_around_zero_for_equal_and_far_from_it_for_other_distributions() -> None:
    rng = np.random.default_rng(2)
    x, same, other = rng.normal(size=(3, 300, 4))
    value, spread, size = kernel_distance(x, same, 0)
    assert abs(value) < 3 * spread
    assert size == 150
    far, far_spread, _ = kernel_distance(x, other + 1, 0)
    assert far > 5 * far_spread
    assert kernel_distance(x, same, 0) == (value, spread, size)


def manifolds_by_hand(real: Array, fake: Array, k: int) -> tuple[float, float, float, float]:
    def reach(points: Array) -> list[float]:
        return [sorted(float(np.linalg.norm(p - q)) for j, q in enumerate(points) if j != i)[k - 1]
                for i, p in enumerate(points)]  # fmt: skip

    reals, fakes = reach(real), reach(fake)
    inside = [[float(np.linalg.norm(f - r)) < reals[i] for i, r in enumerate(real)] for f in fake]
    recalled = [any(float(np.linalg.norm(f - r)) < fakes[j] for j, f in enumerate(fake)) for r in real]
    return (
        sum(any(row) for row in inside) / len(fake),
        sum(recalled) / len(real),
        sum(map(sum, inside)) / (k * len(fake)),
        sum(any(row[i] for row in inside) for i in range(len(real))) / len(real),
    )


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(6, 25), st.integers(6, 25), st.integers(1, 5))
def test_precision_recall_density_and_coverage_are_what_brute_force_finds(seed: int, n: int, m: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    real, fake = rng.normal(size=(n, 3)), rng.normal(size=(m, 3)) * 1.5 + 0.4
    found = manifolds(real, fake, k)
    means = [float(values.mean()) for values in (found.precision, found.recall, found.density, found.coverage)]
    assert means == pytest.approx(manifolds_by_hand(real, fake, k))


@pytest.mark.parametrize("offset", [0.0, 1000.0])
def test_nearest_neighbours_are_those_of_brute_force_also_far_from_the_origin(offset: float) -> None:
    rng = np.random.default_rng(3)
    points, among = rng.normal(size=(300, 4)) + offset, rng.normal(size=(40, 4)) + offset
    found = nearest(points, among, 3)
    exact = np.linalg.norm(points[:, None] - among[None], axis=2)
    np.testing.assert_array_equal(found.places, np.argsort(exact, axis=1)[:, :3])
    np.testing.assert_allclose(found.distances, np.sort(exact, axis=1)[:, :3], rtol=1e-9)
    assert not (nearest(among, among, 2, themselves=True).places == np.arange(40)[:, None]).any()


def ssim_by_the_book(a: Array, b: Array) -> float:
    """Wang et al. 2004, one window at a time."""
    line = np.exp(-((np.arange(11) - 5) ** 2) / (2 * 1.5**2))
    window = np.outer(line, line) / line.sum() ** 2
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    found = []
    for channel in range(a.shape[2]):
        for top in range(a.shape[0] - 10):
            for left in range(a.shape[1] - 10):
                x, y = (p[top : top + 11, left : left + 11, channel].astype(float) for p in (a, b))
                mx, my = (window * x).sum(), (window * y).sum()
                vx, vy = (window * (x - mx) ** 2).sum(), (window * (y - my) ** 2).sum()
                cov = (window * (x - mx) * (y - my)).sum()
                found.append((2 * mx * my + c1) * (2 * cov + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2)))
    return float(np.mean(found))


def test_ssim_is_the_published_formula() -> None:
    rng = np.random.default_rng(4)
    a = rng.integers(0, 256, (3, 16, 14, 3), np.uint8)
    b = np.clip(a + rng.normal(0, 30, a.shape), 0, 255).astype(np.uint8)
    np.testing.assert_allclose(ssim(a, b), [ssim_by_the_book(x, y) for x, y in zip(a, b, strict=True)], rtol=1e-9)
    np.testing.assert_allclose(ssim(a, a), 1)


def test_squared_error_and_its_decibels() -> None:
    a = np.zeros((2, 4, 4, 3), np.uint8)
    b = np.full_like(a, 51)
    np.testing.assert_allclose(squared_error(a, b), 0.04)
    np.testing.assert_allclose(psnr(squared_error(a, b)), 10 * np.log10(25))
    np.testing.assert_allclose(psnr(squared_error(a, a)), 100)


def continuous(values: Array, *names: str) -> list[Factor]:
    return [Factor(name, column, column[:, None]) for name, column in zip(names, values.T, strict=True)]


def test_codes_that_are_the_factors_are_disentangled_and_mixed_ones_are_not() -> None:
    rng = np.random.default_rng(6)
    truth = rng.uniform(size=(3000, 3))
    factors = continuous(truth, "a", "b", "c")
    own = np.concatenate([truth[:, ::-1] * [1, -2, 5], rng.normal(size=(3000, 2))], 1)
    assert mutual_information_gap(own, factors).min() > 0.9
    perfect = dci(own, factors)
    assert min(perfect.disentanglement, perfect.completeness, perfect.informativeness) > 0.95
    turned, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))
    mixed = truth @ turned
    assert mutual_information_gap(mixed, factors).mean() < 0.5
    worse = dci(mixed, factors)
    assert worse.informativeness > 0.95  # nothing is lost
    assert worse.disentanglement < 0.6


def test_a_factor_written_twice_is_informative_but_has_no_gap() -> None:
    truth = np.random.default_rng(7).uniform(size=(2000, 1))
    factors = continuous(truth, "a")
    assert mutual_information_gap(np.repeat(truth, 2, axis=1), factors)[0] == pytest.approx(0)
    assert mutual_information_gap(truth, factors)[0] == pytest.approx(1)


def test_codes_of_noise_know_nothing() -> None:
    rng = np.random.default_rng(8)
    factors = continuous(rng.uniform(size=(3000, 2)), "a", "b")
    noise = rng.normal(size=(3000, 4))
    assert mutual_information_gap(noise, factors).max() < 0.02
    assert dci(noise, factors).informativeness < 0.02


def test_categories_count_in_the_gap_and_in_dci() -> None:
    kinds = np.random.default_rng(9).integers(0, 3, 3000).astype(float)
    one_hot = (kinds[:, None] == np.arange(3)).astype(float)
    factors = [Factor("kind", kinds, one_hot)]
    codes = np.stack([kinds, np.random.default_rng(1).normal(size=3000)], 1)
    assert mutual_information_gap(codes, factors)[0] > 0.95
    assert dci(one_hot, factors).informativeness > 0.95


def test_the_lasso_is_soft_thresholding_for_orthogonal_columns() -> None:
    x, _ = np.linalg.qr(np.random.default_rng(10).normal(size=(50, 3)))
    x *= np.sqrt(50)
    y = x @ np.array([[2.0], [-0.5], [0.05]])
    np.testing.assert_allclose(lasso(x, y, 0.1)[:, 0], [1.9, -0.4, 0.0], atol=1e-9)


def test_log_mean_exp_survives_what_exp_does_not() -> None:
    values = np.array([[-5000.0, -5000.0 + np.log(3)], [1.0, 1.0]])
    np.testing.assert_allclose(log_mean_exp(values), [-5000 + np.log(2), 1])


def test_the_inception_score_is_one_for_no_idea_and_the_number_of_classes_at_best() -> None:
    assert inception_score(np.full((12, 4), 0.25)) == pytest.approx(1)
    assert inception_score(np.eye(4)[np.arange(12) % 4]) == pytest.approx(4)
    assert inception_score(np.eye(4)[np.zeros(12, int)]) == pytest.approx(1)


def test_a_jump_in_a_walk_is_seen() -> None:
    levels = np.arange(10, dtype=np.uint8)
    even = np.broadcast_to(levels[:, None, None, None], (10, 2, 2, 3))
    assert worst_to_median(even) == 1
    jumping = even.copy()
    jumping[5:] += 4
    assert worst_to_median(jumping) == 5
    assert worst_to_median(np.zeros((4, 2, 2, 3), np.uint8)) == 1


def test_spreads_are_about_the_standard_error_and_the_same_each_time() -> None:
    values = np.random.default_rng(11).normal(3, 2, 400)
    mean, spread = bootstrap_mean(values, 1)
    assert mean == values.mean()
    assert spread == pytest.approx(0.1, rel=0.25)
    assert bootstrap_mean(values, 1) == (mean, spread)
    assert over_halves(lambda rows: float(values[rows].mean()), 400, 1) == pytest.approx(0.1 / np.sqrt(2), rel=0.6)
    two = bootstrap(lambda a, b: float(a.mean() - b.mean()), values, values, rounds=100, seed=1)
    assert two == pytest.approx(0.1 * np.sqrt(2), rel=0.3)


def test_a_healthy_model_is_accused_no_more_often_than_the_level_says() -> None:
    rng = np.random.default_rng(12)
    found = [excess_below(rng.beta(8, 1, 120), rng.beta(8, 1, 30), seed, 99).p for seed in range(400)]
    for level in (0.02, 0.05, 0.2):
        assert np.mean(np.array(found) <= level) <= level + 3 * np.sqrt(level * (1 - level) / 400)
    assert np.mean(np.array(found) <= 0.5) > 0.3  # and it is no test that never accuses


def test_a_low_part_is_seen_however_small_and_its_share_is_told() -> None:
    rng = np.random.default_rng(13)
    for share in (0.1, 0.3, 1.0):
        low = rng.uniform(0, 0.3, round(1000 * share))
        excess = excess_below(np.concatenate([low, rng.beta(8, 1, 1000 - len(low))]), rng.beta(8, 1, 200), 1)
        assert excess.share == pytest.approx(share, abs=0.05)
        assert excess.p <= 0.001
    higher = excess_below(rng.beta(20, 1, 1000), rng.beta(8, 1, 200), 1)
    assert higher.p > 0.5


def test_equal_values_are_no_difference() -> None:
    assert excess_below(np.ones(20), np.ones(9), 0).p == 1
    assert excess_below(np.zeros(20), np.ones(9), 0).share == 1
    assert excess_below(np.zeros(20), np.ones(9), 0) == excess_below(np.zeros(20), np.ones(9), 0)

import pytest
import torch

from training.objectives.denoising import corrupted


def test_without_noise_a_picture_stays_as_it_is() -> None:
    images = torch.rand(2, 3, 8, 8)
    assert corrupted(images) is images


def test_masking_hides_the_named_share_of_pixels_in_all_channels() -> None:
    torch.manual_seed(0)
    hidden = corrupted(torch.ones(20, 3, 32, 32), masking=0.3) == 0
    assert float(hidden.float().mean()) == pytest.approx(0.3, abs=0.02)
    assert torch.equal(hidden.any(1), hidden.all(1))


def test_salt_and_pepper_is_half_black_half_white() -> None:
    torch.manual_seed(0)
    struck = corrupted(torch.zeros(20, 3, 32, 32), salt_and_pepper=0.4)
    assert float((struck == 1).float().mean()) == pytest.approx(0.2, abs=0.02)
    assert float((struck == -1).float().mean()) == pytest.approx(0.2, abs=0.02)


def test_gaussian_noise_has_the_named_deviation() -> None:
    torch.manual_seed(0)
    assert float(corrupted(torch.zeros(8, 3, 32, 32), gaussian=0.25).std()) == pytest.approx(0.25, rel=0.05)

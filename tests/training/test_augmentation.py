import pytest
import torch

from training.augmentation import (
    DiffAugment,
    brightness,
    colour,
    contrast,
    cutout,
    parse_policy,
    saturation,
    translation,
)

ALL = "colour,translation,cutout"


@pytest.fixture
def images() -> torch.Tensor:
    torch.manual_seed(0)
    return torch.rand(16, 3, 24, 24) * 2 - 1


@pytest.mark.parametrize("policy", ["", "colour", "translation", "cutout", ALL])
@pytest.mark.parametrize("shape", [(5, 3, 16, 16), (1, 1, 28, 28), (3, 3, 20, 24)])
def test_shapes_stay_and_gradients_flow_to_every_picture(policy: str, shape: tuple[int, ...]) -> None:
    torch.manual_seed(1)
    images = (torch.rand(shape) * 2 - 1).requires_grad_()
    changed = DiffAugment(policy)(images)
    assert changed.shape == shape
    changed.square().sum().backward()  # type: ignore[no-untyped-call]
    assert images.grad is not None
    assert bool((images.grad.flatten(1).abs().sum(1) > 0).all())


def test_the_same_seed_gives_the_same_changes(images: torch.Tensor) -> None:
    torch.manual_seed(5)
    first = DiffAugment(ALL)(images)
    torch.manual_seed(5)
    assert torch.equal(DiffAugment(ALL)(images), first)
    assert not torch.equal(DiffAugment(ALL)(images), first)


def test_saturation_and_contrast_keep_the_mean(images: torch.Tensor) -> None:
    for change in (saturation, contrast):
        assert torch.allclose(change(images).mean((1, 2, 3)), images.mean((1, 2, 3)), atol=1e-5)
    assert torch.allclose(saturation(images).mean(1), images.mean(1), atol=1e-5)  # pixel by pixel


def test_brightness_adds_one_number_to_each_picture(images: torch.Tensor) -> None:
    added = (brightness(images) - images).flatten(1)
    assert torch.allclose(added, added[:, :1].expand_as(added), atol=1e-6)
    assert float(added.abs().max()) <= 0.5
    assert float(added[:, 0].std()) > 0.1


def test_grey_pictures_have_no_colour_to_saturate() -> None:
    grey = torch.rand(4, 1, 8, 8)
    assert torch.allclose(saturation(grey), grey, atol=1e-6)
    assert colour(grey).shape == grey.shape


def test_translation_moves_whole_pictures_by_up_to_an_eighth() -> None:
    torch.manual_seed(0)
    images = torch.zeros(200, 1, 16, 16)
    images[:, :, 8, 8] = 1
    places = translation(images)[:, 0].flatten(1).argmax(1)
    rows, columns = places // 16 - 8, places % 16 - 8
    assert set(rows.tolist()) == set(columns.tolist()) == {-2, -1, 0, 1, 2}
    assert torch.allclose(translation(images).flatten(1).sum(1), torch.ones(200))


def test_translation_fills_with_mid_grey() -> None:
    torch.manual_seed(0)
    moved = translation(torch.ones(50, 3, 16, 16))
    assert set(moved.unique().tolist()) == {0.0, 1.0}
    assert bool((moved[:, :, 4:12, 4:12] == 1).all())


def test_cutout_is_one_square_of_half_the_side_that_may_lie_outside() -> None:
    torch.manual_seed(0)
    hidden = cutout(torch.ones(300, 2, 16, 16)) == 0
    assert torch.equal(hidden[:, 0], hidden[:, 1])
    areas = hidden[:, 0].flatten(1).sum(1)
    assert int(areas.max()) == 64
    assert 16 <= int(areas.min()) < 64
    one = hidden[0, 0]
    assert torch.equal(one, one.any(1)[:, None] & one.any(0)[None])


def test_a_policy_is_checked_and_put_in_order() -> None:
    assert parse_policy(" cutout,colour ") == ("colour", "cutout")
    assert parse_policy("") == ()
    with pytest.raises(ValueError, match="'blur' is no augmentation"):
        parse_policy("colour,blur")

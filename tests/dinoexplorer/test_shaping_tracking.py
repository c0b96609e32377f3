from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dinoexplorer.latent.shaping.tracking import features_at, followed, square_around


def test_features_between_cells_are_weighted_means():
    features = torch.tensor([[[[0.0, 1.0], [2.0, 3.0]]]])  # four cells of 8 pixels each in a picture of 16
    places = torch.tensor([[[4.0, 4.0], [8.0, 4.0], [12.0, 12.0], [8.0, 8.0]]])

    assert features_at(features, places, 16)[0, :, 0].tolist() == [0.0, 0.5, 3.0, 1.5]


@settings(max_examples=25, deadline=None)
@given(st.integers(-5, 5), st.integers(-5, 5))
def test_a_point_is_found_where_its_features_have_gone(right, down):
    torch.manual_seed(0)
    features = torch.randn(1, 8, 32, 32)
    moved = torch.roll(features, (down, right), dims=(2, 3))
    here = torch.tensor([[15.5, 16.5]])
    looks = features_at(features, here[:, None], 32)[:, 0]

    found = followed(moved, looks, here, square_around(6, 1.0, torch.device("cpu")), 32)

    assert found.tolist() == [[15.5 + right, 16.5 + down]]


def test_where_all_looks_alike_a_point_stays():
    flat = torch.ones(1, 4, 16, 16)
    here = torch.tensor([[5.0, 6.0], [11.0, 3.0]])

    found = followed(flat, torch.ones(2, 4), here, square_around(3, 1.0, torch.device("cpu")), 16)

    assert found.tolist() == here.tolist()


def test_a_point_never_leaves_the_picture():
    features = torch.zeros(1, 1, 8, 8)
    features[..., 0] = 1.0  # what is looked for lies at the left border

    found = followed(
        features, torch.ones(1, 1), torch.tensor([[1.0, 4.0]]), square_around(4, 1.0, torch.device("cpu")), 8
    )

    assert 0 <= float(found[0, 0]) <= 1

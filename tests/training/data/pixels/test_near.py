import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.data.pixels import near
from training.data.pixels.near import NearIndex


def _bits(*places: int) -> np.ndarray:
    number = sum(1 << place for place in places)
    return np.array([number >> 192, number >> 128 & 2**64 - 1, number >> 64 & 2**64 - 1, number & 2**64 - 1], np.uint64)


def _plain(hashes: np.ndarray, limit: int) -> list[int]:
    """One after the other, in the words of the docstring."""
    leaders: list[int] = []
    found = []
    for place, one in enumerate(hashes):
        reach = [leader for leader in leaders if np.bitwise_count(one ^ hashes[leader]).sum() <= limit]
        found.append(reach[0] if reach else place)
        if not reach:
            leaders.append(place)
    return found


def test_distances_are_told_in_64ths() -> None:
    hashes = np.stack([_bits(), _bits(*range(0, 256, 16)), _bits(*range(0, 255, 15))])
    assert NearIndex(4).add(hashes).tolist() == [0, 0, 2]
    assert NearIndex(3).add(hashes).tolist() == [0, 1, 2]


def test_groups_do_not_grow_along_chains() -> None:
    chain = np.stack([_bits(*range(number * 3)) for number in range(5)])
    assert NearIndex(1).add(chain).tolist() == [0, 0, 2, 2, 4]


def test_nothing_is_near_below_zero_and_equals_are_near_at_zero() -> None:
    same = np.stack([_bits(5)] * 3)
    assert NearIndex(-1).add(same).tolist() == [0, 1, 2]
    assert NearIndex(0).add(same).tolist() == [0, 0, 0]


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(0, 8), st.integers(1, 5), st.integers(1, 40))
def test_it_is_the_plain_search_however_it_is_cut_up(seed: int, distance: int, centres: int, flips: int) -> None:
    rng = np.random.default_rng(seed)
    hashes = rng.integers(0, 2**64, (centres, 4), dtype=np.uint64)[rng.integers(0, centres, 70)]
    for row in hashes:
        for place in rng.integers(0, 256, rng.integers(0, flips + 1)):
            row[place // 64] ^= np.uint64(1) << np.uint64(place % 64)
    index = NearIndex(distance)
    cut = int(rng.integers(0, 71))
    found = [*index.add(hashes[:cut]), *index.add(hashes[cut:])]
    assert found == _plain(hashes, distance * 4)
    assert len(index) == 70


def test_small_blocks_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    hashes = rng.integers(0, 2**64, (20, 4), dtype=np.uint64)[rng.integers(0, 20, 200)]
    hashes[::3, 0] ^= np.uint64(0b111)
    monkeypatch.setattr(near, "_ROWS", 7)
    monkeypatch.setattr(near, "_COLUMNS", 7)
    for distance in (0, 1, 2):
        assert NearIndex(distance).add(hashes).tolist() == _plain(hashes, distance * 4)


def test_the_same_picture_ten_thousand_times_has_one_leader() -> None:
    assert not NearIndex(4).add(np.repeat(_bits(3)[None], 10_000, axis=0)).any()


def test_it_tells_how_far_it_is_and_can_be_stopped() -> None:
    told: list[tuple[str, int, int]] = []

    def stop(what: str, done: int, total: int) -> None:
        told.append((what, done, total))
        if done:
            raise KeyboardInterrupt

    hashes = np.random.default_rng(0).integers(0, 2**64, (1000, 4), dtype=np.uint64)
    with pytest.raises(KeyboardInterrupt):
        NearIndex(4).add(hashes, stop)
    assert told == [("looking for near duplicates", 0, 1000), ("looking for near duplicates", 256, 1000)]

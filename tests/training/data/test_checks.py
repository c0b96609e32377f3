"""Each check at each of its levels, with the sentence that a person reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from training.config import RunConfig, resolve
from training.data import checks
from training.data.checks import Finding, Missed, loading_order
from training.data.checks.duplicates import _nearest
from training.data.checks.noise import noise_deviations
from training.data.checks.sharpness import fine_shares
from training.data.checks.subject import SAMPLED, Subject, most_pictures, open_subject, sampled_rows
from training.data.dataset import About, Choice, Record, write_about, write_choices, write_manifest
from training.data.images import DataError, ImageSet, Skipped, content_hashes, fingerprint_of

Pixels = NDArray[np.uint8]
SHARED = Path(__file__).parents[4] / "shared/data"


def quiet(_what: str, _done: int, _total: int) -> None:
    pass


def blobs(count: int, size: int = 32, *, seed: int = 0) -> Pixels:
    """Pictures as they should be: a disc of any colour, place and size on a shaded ground."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size] / size
    pictures = np.empty((count, size, size, 3), np.uint8)
    for index in range(count):
        cx, cy, radius = rng.uniform((0.2, 0.2, 0.1), (0.8, 0.8, 0.4))
        disc = ((x - cx) ** 2 + (y - cy) ** 2 < radius**2)[..., None]
        shade = (0.6 + 0.4 * x)[..., None] * rng.integers(0, 255, 3)
        pictures[index] = np.where(disc, rng.integers(0, 255, 3), shade)
    return pictures


def subject_of(
    pictures: Pixels,
    labels: Sequence[int] | NDArray[np.int32] | None = None,
    classes: tuple[str, ...] = (),
    *,
    config: RunConfig | None = None,
    total: int | None = None,
    held_out: float = 0.2,
    skipped: tuple[Skipped, ...] = (),
) -> Subject:
    numbers = np.full(len(pictures), -1, np.int32) if labels is None else np.asarray(labels, np.int32)
    hashes = content_hashes(pictures)
    names = tuple(f"{index}.png" for index in range(len(pictures)))
    print_ = fingerprint_of(hashes, numbers, classes)
    images = ImageSet(pictures, numbers, classes, names, hashes, print_, skipped)
    return Subject("pictures", total or len(pictures), images, numbers, hashes, held_out, config=config)


def found(name: str, subject: Subject) -> Finding | Missed:
    return next(one for one in checks.checks() if one.name == name).look(subject, quiet)


def expect(name: str, subject: Subject, level: str, sentence: str, advice: str = "Nothing to do.") -> Finding:
    finding = found(name, subject)
    assert isinstance(finding, Finding)
    assert (finding.sentence, finding.level, finding.advice) == (sentence, level, advice)
    for pixels in finding.pictures.values():
        assert pixels.dtype == np.uint8
        assert pixels.ndim == 3
        assert pixels.shape[-1] == 3
    return finding


def missed(name: str, subject: Subject, reason: str) -> None:
    assert found(name, subject) == Missed(name, reason)


@pytest.fixture
def dataset(tmp_path: Path) -> Callable[..., Path]:
    """Writes pictures as a prepared dataset; `fields` change records by row."""

    def make(pictures: Pixels, fields: Mapping[int, Mapping[str, object]] | None = None, held_out: float = 0.2) -> Path:
        folder = tmp_path / "set"
        (folder / "images").mkdir(parents=True)
        records = []
        for row, (pixels, number) in enumerate(zip(pictures, content_hashes(pictures), strict=True)):
            digest = f"{int(number):016x}" * 4
            side = pixels.shape[0]
            record = Record(
                f"images/{row}.png", "source", f"{row}.png", "s", digest, "0" * 16, side, side, (0, 0, side, side),
                group=digest,
            )  # fmt: skip
            record = replace(record, **(fields or {}).get(row, {}))
            if record.file == f"images/{row}.png":
                Image.fromarray(pixels).save(folder / record.file)
            records.append(record)
        write_manifest(folder, records)
        size = pictures.shape[1]
        write_about(folder, About(size, 3, len(records), (), "f", options={"held_out": held_out}))
        return folder

    return make


def test_every_module_with_a_check_is_one() -> None:
    names = [one.name for one in checks.checks()]
    assert names == [
        "Readable files", "Number of pictures", "Class balance", "Mean picture", "Brightness", "Colour", "Noise",
        "Sharpness", "Variety", "Background", "Duplicates across the split", "Held-out share", "Order of the pictures",
        "Input and output range", "One batch by heart", "Noise instead of pictures",
    ]  # fmt: skip


def test_a_good_set_is_green_throughout(tmp_path: Path) -> None:
    for index, picture in enumerate(blobs(1200, 64)):
        (tmp_path / "set" / "ab"[index % 2]).mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(tmp_path / "set" / "ab"[index % 2] / f"{index}.png")
    heard: list[str] = []
    report = checks.check(tmp_path / "set", lambda what, _done, _total: heard.append(what))
    wrong = [one for one in report.findings if one.level != "green"]
    assert not wrong
    assert report.level == "green"
    assert [one.name for one in report.missed] == ["Manifest", "One batch by heart", "Noise instead of pictures"]
    assert "Class balance" in heard
    assert heard[-1] == "checks"
    assert (report.total, report.looked_at, report.size) == (1200, 1200, 64)


def test_readable_files() -> None:
    sentence = "All 40 files that were looked at are pictures."
    expect("Readable files", subject_of(blobs(40)), "green", sentence)
    one = (Skipped("a.png", "a.png is not a picture in a known format"),)
    expect(
        "Readable files", subject_of(blobs(39), skipped=one), "amber",
        "1 of 40 files are no pictures that can be read: a.png is not a picture in a known format.",
        "Take these files out of the folder, or get them again; training leaves them out.",
    )  # fmt: skip
    many = one * 20
    assert found("Readable files", subject_of(blobs(40), skipped=many)).level == "red"


def test_a_dataset_whose_files_are_gone_is_red(dataset: Callable[..., Path]) -> None:
    folder = dataset(blobs(30))
    (folder / "images" / "3.png").unlink()
    expect(
        "Readable files", open_subject(folder, quiet), "red",
        f"1 of 30 files are no pictures that can be read: {folder / 'images' / '3.png'} is not there.",
        "Prepare the dataset again: files of it are missing or damaged.",
    )  # fmt: skip


def test_number_of_pictures_without_a_recipe() -> None:
    subject = subject_of(blobs(40))
    train = len(subject.split()[0])
    expect(
        "Number of pictures", subject, "red", f"There are 40 pictures, {train} of them to train on.",
        "Add pictures: 1,000 are a good start, and fewer than 100 are learnt by heart.",
    )  # fmt: skip
    assert found("Number of pictures", replace(subject, total=600)).level == "amber"
    many = replace(subject, total=4000)
    expect("Number of pictures", many, "green", f"There are 4,000 pictures, {100 * train:,} of them to train on.")


def test_number_of_pictures_for_a_recipe() -> None:
    config = resolve("vae", ["steps=1000", "batch_size=10"])
    subject = subject_of(blobs(40), config=config, held_out=0.0)
    expect(
        "Number of pictures", replace(subject, total=2000), "green",
        "There are 2,000 pictures, 2,000 of them to train on; the recipe vae shows each about 5 times.",
    )  # fmt: skip
    longer = replace(subject, total=2000, config=resolve("vae", ["steps=400000", "batch_size=10"]))
    expect(
        "Number of pictures", longer, "amber",
        "There are 2,000 pictures, 2,000 of them to train on; the recipe vae shows each about 2,000 times.",
        "Shorten the training (steps=200,000), or add pictures.",
    )  # fmt: skip
    longest = replace(longer, config=resolve("vae", ["steps=4000000", "batch_size=10"]))
    assert found("Number of pictures", longest).level == "red"
    crowded = replace(subject, config=resolve("vae", ["steps=10", "batch_size=64"]))
    finding = found("Number of pictures", crowded)
    assert isinstance(finding, Finding)
    assert (finding.level, finding.advice) == (
        "red", "Add pictures, or set batch_size to less than 40: a batch holds the same picture twice.",
    )  # fmt: skip


def test_class_balance() -> None:
    pictures = blobs(200)
    even = subject_of(pictures, [0, 1] * 100, ("cat", "dog"))
    expect(
        "Class balance", even, "green",
        "2 classes: the largest (cat) has 100 pictures, the smallest (cat) 100, which is 1.0 to 1.",
    )  # fmt: skip
    uneven = subject_of(pictures, [0] * 175 + [1] * 25, ("cat", "dog"))
    add = "Add pictures of dog, join it with another class, or leave out some of the largest class."
    sentence = "2 classes: the largest (cat) has 175 pictures, the smallest (dog) 25, which is 7.0 to 1."
    finding = expect("Class balance", uneven, "amber", sentence, add)
    assert finding.figures["pictures of dog"] == 25
    bars = finding.pictures["pictures of each class"]
    blue = (bars == (70, 120, 190)).all(axis=-1).sum(axis=0)
    assert blue[5] > 6 * blue[30] > 0
    lopsided = subject_of(pictures, [0] * 198 + [1] * 2, ("cat", "dog"))
    sentence = "2 classes: the largest (cat) has 198 pictures, the smallest (dog) 2, which is 99.0 to 1."
    expect("Class balance", lopsided, "red", sentence, add)
    partly = subject_of(pictures, [0, 1] * 80 + [-1] * 40, ("cat", "dog"), total=5000)
    expect(
        "Class balance", partly, "amber",
        "2 classes: the largest (cat) has 80 pictures, the smallest (cat) 80, which is 1.0 to 1 among the 200 looked"
        " at; 20% of the pictures have no class.",
        "Label the pictures that have no class, or leave them out.",
    )  # fmt: skip
    missed("Class balance", subject_of(pictures), "the pictures have no classes")


def test_mean_picture() -> None:
    pictures = blobs(100)
    shown = expect(
        "Mean picture", subject_of(pictures), "green",
        "0% of the picture is the same in all 100 pictures; elsewhere a place varies by 61 of 255 grey levels on"
        " average.",
    ).pictures  # fmt: skip
    assert np.abs(shown["mean"][2, 2].astype(float) - pictures[:, 0, 0].mean(axis=0)).max() <= 0.5
    assert shown["mean"].shape == (128, 128, 3)
    framed = pictures.copy()
    framed[:, :20] = 255
    closer = "Crop closer (crop=center or bbox): a model spends its effort on what never changes."
    finding = found("Mean picture", subject_of(framed))
    assert isinstance(finding, Finding)
    assert (finding.level, finding.advice, finding.figures["share that never changes"]) == ("amber", closer, 0.625)
    framed[:, :31] = 255
    assert found("Mean picture", subject_of(framed)).level == "red"


def test_brightness() -> None:
    pictures = blobs(100)
    finding = found("Brightness", subject_of(pictures))
    assert isinstance(finding, Finding)
    assert finding.level == "green"
    assert finding.figures["mean brightness"] == pytest.approx(pictures.mean(), abs=0.01)
    some = pictures.copy()
    some[:10] = 0
    finding = found("Brightness", subject_of(some))
    assert isinstance(finding, Finding)
    assert (finding.level, finding.advice) == ("amber", "Leave out the empty pictures.")
    assert finding.sentence.endswith(", and 10.0% are empty.")
    assert not finding.pictures["empty"][2:-2, 4:60].max()  # the first of them, as black as it is
    black = subject_of(np.zeros((50, 16, 16, 3), np.uint8))
    sentence = (
        "The pictures are 0 of 255 bright on average, between pictures this varies by 0; their typical contrast is 0,"
        " and 100.0% are empty."
    )
    expect("Brightness", black, "red", sentence, "Leave out the empty pictures.")


def test_low_contrast_without_empty_pictures_is_amber() -> None:
    rows = np.tile(np.linspace(100, 126, 16)[:, None, None], (40, 1, 16, 3)).astype(np.uint8)
    expect(
        "Brightness", subject_of(rows), "amber",
        "The pictures are 113 of 255 bright on average, between pictures this varies by 0; their typical contrast is 8,"
        " and 0.0% are empty.",
        "Stretch the brightness of the pictures: their contrast is too small to see much of them.",
    )  # fmt: skip


def test_colour() -> None:
    pictures = blobs(100)
    grey = np.repeat(pictures.mean(axis=-1, keepdims=True).astype(np.uint8), 3, axis=-1)
    finding = found("Colour", subject_of(pictures))
    assert isinstance(finding, Finding)
    assert finding.level == "green"
    expect(
        "Colour", subject_of(grey), "amber",
        "100.0% of the pictures are grey; between the channels lie 0 grey levels on average.",
        "Prepare them with channels = 1 and train with image.channels=1: the same pictures at less effort.",
    )  # fmt: skip
    mixed = found("Colour", subject_of(np.concatenate([grey, pictures])))
    assert isinstance(mixed, Finding)
    assert (mixed.level, mixed.advice) == (
        "amber", "Leave out the grey ones, or make all grey (channels = 1), unless both are wanted.",
    )  # fmt: skip
    lost = pictures.copy()
    lost[..., 2] = 7
    sentence = "The blue of all pictures is constant, the other colours vary."
    advice = "Look at how the pictures were made: a channel was lost."
    expect("Colour", subject_of(lost), "red", sentence, advice)
    missed("Colour", subject_of(pictures[..., :1]), "the pictures are read as grey (channels = 1)")


def test_noise() -> None:
    pictures = blobs(60)
    rng = np.random.default_rng(1)

    def noisy(deviation: float) -> Subject:
        middle = 64 + pictures // 2
        return subject_of(np.clip(middle + rng.normal(0, deviation, middle.shape), 0, 255).astype(np.uint8))

    finding = found("Noise", noisy(5))
    assert isinstance(finding, Finding)
    assert finding.level == "green"
    leave = "Leave out the noisiest pictures, or prepare them at a smaller size: shrinking averages noise away."
    finding = found("Noise", noisy(40))  # of the mean of three channels: 40 / sqrt(3)
    assert isinstance(finding, Finding)
    assert (finding.level, finding.advice) == ("amber", leave)
    assert finding.figures["typical noise"] == pytest.approx(40 / 3**0.5, rel=0.1)
    uniform = rng.integers(0, 256, (60, 32, 32, 1)).astype(np.uint8)
    finding = found("Noise", subject_of(uniform))
    assert isinstance(finding, Finding)
    assert finding.level == "red"
    assert finding.sentence.startswith("The typical noise of a picture is 7")
    assert finding.sentence.endswith("(fine texture included), and 100.0% of the pictures have more than 40.")


@pytest.mark.parametrize("deviation", [5.0, 10.0, 30.0])
def test_the_noise_estimate_finds_the_noise_that_was_added(deviation: float) -> None:
    rng = np.random.default_rng(2)
    edges = np.where(np.mgrid[:64, :64][1] > 31, 160.0, 90.0)[None, ..., None]
    pictures = np.clip(edges + rng.normal(0, deviation, (8, 64, 64, 1)), 0, 255).round().astype(np.uint8)
    assert noise_deviations(pictures).mean() == pytest.approx(deviation, rel=0.1)


def test_noise_of_a_picture_of_one_pixel_is_none() -> None:
    assert noise_deviations(np.zeros((2, 1, 1, 3), np.uint8)).tolist() == [0, 0]


def test_sharpness() -> None:
    sharp = blobs(60, 64)
    small = blobs(60, 24)
    soft = np.stack([np.asarray(Image.fromarray(one).resize((64, 64), Image.Resampling.BICUBIC)) for one in small])
    sentence = "0% of the pictures have next to no fine detail, as if they had been enlarged."
    expect("Sharpness", subject_of(sharp), "green", sentence)
    smaller = "Train at a smaller image.size, or leave out what was enlarged: a model would learn the blur."
    some = subject_of(np.concatenate([sharp, soft[:20]]))
    sentence = "24% of the pictures have next to no fine detail, as if they had been enlarged."
    expect("Sharpness", some, "amber", sentence, smaller)
    sentence = "93% of the pictures have next to no fine detail, as if they had been enlarged."
    expect("Sharpness", subject_of(soft), "red", sentence, smaller)


def test_an_empty_picture_is_not_called_soft() -> None:
    assert fine_shares(np.full((2, 16, 16, 3), 9, np.uint8)).tolist() == [1.0, 1.0]


def test_sharpness_knows_from_the_manifest_what_was_enlarged(dataset: Callable[..., Path]) -> None:
    small = {row: {"width": 20, "height": 30, "crop": (0, 0, 20, 20)} for row in range(8)}
    subject = open_subject(dataset(blobs(40), small), quiet)
    finding = found("Sharpness", subject)
    assert isinstance(finding, Finding)
    assert finding.level == "amber"
    assert finding.sentence == (
        "0% of the pictures have next to no fine detail, as if they had been enlarged, and 20% were smaller than 32"
        " pixels."
    )
    larger = open_subject(Path(subject.source), quiet, recipe="vae")  # trains at 64
    finding = found("Sharpness", larger)
    assert isinstance(finding, Finding)
    assert finding.level == "red"
    assert finding.sentence.endswith("and 100% were smaller than 64 pixels.")


def test_variety() -> None:
    finding = found("Variety", subject_of(blobs(100)))
    assert isinstance(finding, Finding)
    assert finding.level == "green"
    rng = np.random.default_rng(3)
    noise = rng.integers(0, 256, (60, 32, 32, 1)).astype(np.uint8)
    finding = found("Variety", subject_of(noise))
    assert isinstance(finding, Finding)
    assert (finding.level, finding.advice) == (
        "red", "The pictures differ by nothing but noise: look at where they come from.",
    )  # fmt: skip
    almost = "The pictures are almost the same: add others, or there is little to learn."
    same = subject_of(np.repeat(blobs(1), 50, axis=0))
    sentence = "Two pictures are 0 of 255 grey levels apart on average; noise alone would make it 0."
    expect("Variety", same, "red", sentence, almost)
    similar = (blobs(100) // 6).astype(np.uint8)
    finding = found("Variety", subject_of(similar))
    assert isinstance(finding, Finding)
    assert (finding.level, finding.advice) == ("amber", almost)
    missed("Variety", subject_of(blobs(1)), "there is only one picture")


def test_background() -> None:
    plain = subject_of(blobs(100))
    sentence = "0% of the pictures have a border of one colour; 0% have bars on two sides."
    expect("Background", plain, "green", sentence)
    white, black = blobs(100), blobs(100, seed=1)
    for pictures, ground in ((white, 255), (black, 0)):
        pictures[:, :6] = pictures[:, -6:] = ground
        pictures[:, :, :6] = pictures[:, :, -6:] = ground
    sentence = "100% of the pictures have a border of one colour: #ffffff in 100% of all; 0% have bars on two sides."
    expect("Background", subject_of(white), "green", sentence)
    lay = "Lay all on one background colour: cut-outs on two grounds look like two kinds of pictures."
    expect(
        "Background", subject_of(np.concatenate([white, black[:25]])), "amber",
        "100% of the pictures have a border of one colour: #ffffff in 80% of all, #000000 in 20%; 0% have bars on two"
        " sides.", lay,
    )  # fmt: skip
    both = found("Background", subject_of(np.concatenate([white, black])))
    assert isinstance(both, Finding)
    assert (both.level, both.advice) == ("red", lay)


def test_bars_of_a_fitted_picture_are_found() -> None:
    cut = "Prepare them with crop=center instead of fit, or cut the bars off: a model would learn the bars."
    pictures = blobs(100)
    pictures[:30, :5] = pictures[:30, -5:] = 0
    sentence = "0% of the pictures have a border of one colour; 30% have bars on two sides."
    expect("Background", subject_of(pictures), "amber", sentence, cut)
    pictures[:70, :, :5] = pictures[:70, :, -5:] = 0
    pictures[:30] = pictures[30:60]
    assert found("Background", subject_of(pictures)).level == "red"
    assert found("Background", subject_of(pictures)).advice == cut


def test_duplicates_across_the_split() -> None:
    pictures = blobs(200)
    subject = subject_of(pictures)
    train, held = subject.images.split(0.2)
    sentence = (
        f"0 of {len(held)} held-out pictures (0.0%) are nearly the same as one to train on, and 0 are exact copies."
    )
    expect("Duplicates across the split", subject, "green", sentence)
    again = (
        "Prepare the set again, with a larger 'near', so that pictures that are alike stay on one side: evaluation"
        " rewards learning by heart."
    )
    for count, level in ((1, "amber"), (len(held) // 2, "red")):
        copied = pictures.copy()
        copied[held[:count]] = np.clip(pictures[train[:count]].astype(int) + 1, 0, 255)
        images = replace(subject.images, images=copied)  # the hashes, and so the split, stay as they are
        finding = expect(
            "Duplicates across the split", replace(subject, images=images), level,
            f"{count} of {len(held)} held-out pictures ({count / len(held):.1%}) are nearly the same as one to train"
            " on, and 0 are exact copies.", again,
        )  # fmt: skip
        assert finding.pictures["held out, and its twin"].shape[1] == 2 * 64 + 6
    missed("Duplicates across the split", subject_of(pictures, held_out=0.0), "no picture is held out")


def test_exact_copies_in_the_manifest_are_found_on_both_sides(dataset: Callable[..., Path]) -> None:
    pictures = blobs(60)
    group = {0: "f" * 64, 1: "0" * 64}
    fields = {row: {"sha256": "ab" * 32, "group": group[row]} for row in group}
    finding = found("Duplicates across the split", open_subject(dataset(pictures, fields), quiet))
    assert isinstance(finding, Finding)
    assert finding.level in {"amber", "red"}
    assert finding.figures["exact copies on both sides"] == 1
    assert finding.sentence.endswith("and 1 are exact copies.")


def test_the_nearest_picture_is_the_one_a_plain_search_finds() -> None:
    rng = np.random.default_rng(4)
    train, held = rng.uniform(0, 255, (50, 12)).astype(np.float32), rng.uniform(0, 255, (300, 12)).astype(np.float32)
    rows, distances = _nearest(train, held, quiet)
    every = np.sqrt(np.square(held[:, None] - train[None]).mean(axis=2))
    assert (rows == every.argmin(axis=1)).all()
    assert distances == pytest.approx(every.min(axis=1), rel=1e-4)


def test_held_out_share() -> None:
    pictures = blobs(400)
    subject = subject_of(pictures, held_out=0.2)
    number = len(subject.split()[1])
    sentence = f"{number / 400:.1%} of the pictures are held out, {number} of 400."
    expect("Held-out share", subject, "green", sentence)
    larger = "Hold out a larger share (data.held_out=0.1), or add pictures."
    few = subject_of(pictures, held_out=0.03)
    number = len(few.split()[1])
    sentence = f"{number / 400:.1%} of the pictures are held out, {number} of 400."
    expect("Held-out share", few, "amber", sentence, larger)
    smaller = "Hold out a smaller share (data.held_out=0.05): the training needs the pictures more."
    finding = found("Held-out share", subject_of(pictures, held_out=0.45))
    assert isinstance(finding, Finding)
    assert (finding.level, finding.advice) == ("amber", smaller)
    expect(
        "Held-out share", subject_of(pictures, held_out=0.0), "red", "0.0% of the pictures are held out, 0 of 400.",
        "Hold out a share (data.held_out=0.05): nothing tells learning from learning by heart.",
    )  # fmt: skip


def test_a_class_without_held_out_pictures_is_named() -> None:
    subject = subject_of(blobs(400))
    train, held = subject.split()
    classes = ("a", "b", "c", "d", "e")
    labels = np.zeros(400, np.int32)
    labels[train[:200]] = np.arange(200) % 5
    finding = found("Held-out share", subject_of(blobs(400), labels, classes))
    assert isinstance(finding, Finding)
    assert finding.level == "amber"
    assert finding.sentence.endswith(f"held out, {len(held)} of 400; none of b, c, d and 1 more.")


def test_order_of_the_pictures() -> None:
    labels = np.repeat([0, 1], 100)
    subject = subject_of(blobs(200), labels, ("a", "b"))
    finding = found("Order of the pictures", subject)
    assert isinstance(finding, Finding)
    assert finding.level == "green"
    assert finding.sentence.startswith("The loader shuffles: the correlation with the stored order is ")
    assert "(99% of neighbours are of one class as stored, " in finding.sentence
    plain = found("Order of the pictures", subject_of(blobs(200)))
    assert isinstance(plain, Finding)
    assert plain.sentence.endswith("(no class order).")
    crowded = found("Order of the pictures", subject_of(blobs(40)))
    assert isinstance(crowded, Finding)
    assert (crowded.level, crowded.advice) == ("amber", "Set batch_size to at most 40.")
    assert crowded.sentence.endswith(", but a batch of 64 is larger than the set of 40.")
    missed("Order of the pictures", subject_of(blobs(19)),
           "there are fewer than 20 pictures, too few to tell an order from chance")  # fmt: skip


def test_a_loader_that_does_not_shuffle_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    from training.batches import Batches

    monkeypatch.setattr(Batches, "_permutation", lambda self, _epoch: self._chosen)
    expect(
        "Order of the pictures", subject_of(blobs(100), np.repeat([0, 1], 50), ("a", "b")), "red",
        "The loader does not shuffle: the correlation with the stored order is 1.00 (99% of neighbours are of one class"
        " as stored, 99% as loaded).", "Report this as a fault of the program.",
    )  # fmt: skip


def test_a_loader_that_forgets_pictures_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    from training.batches import Batches

    monkeypatch.setattr(Batches, "_permutation", lambda self, _epoch: np.zeros_like(self._chosen))
    monkeypatch.setattr(loading_order, "_correlation", lambda _first, _second: 0.0)
    sentence = "The loader does not show every picture once in an epoch."
    expect("Order of the pictures", subject_of(blobs(100)), "red", sentence, "Report this as a fault of the program.")


def test_input_range() -> None:
    pictures = blobs(100)
    pictures[0, 0, 0], pictures[0, 0, 1] = 0, 255
    finding = found("Input and output range", subject_of(pictures))
    assert isinstance(finding, Finding)
    assert finding.level == "green"
    assert finding.sentence.startswith("A model gets values from -1.00 to 1.00 and ")
    stretch = "Stretch the pictures to the whole range from black to white; were they scaled to 0 to 1 once too often?"
    finding = found("Input and output range", subject_of((pictures // 4).astype(np.uint8)))
    assert isinstance(finding, Finding)
    assert (finding.level, finding.advice) == ("amber", stretch)
    expect(
        "Input and output range", subject_of((pictures > 127).astype(np.uint8)), "red",
        "A model gets values from -1.00 to -0.99 and 0% of the range from -1 to 1 is in use.", stretch,
    )  # fmt: skip


def test_output_range_of_an_untrained_model(monkeypatch: pytest.MonkeyPatch) -> None:
    from training.models.vae import ConvVae

    config = resolve("vae", ["image.size=32", "model.width=4", "model.widest=8"])
    finding = found("Input and output range", subject_of(blobs(40), config=config))
    assert isinstance(finding, Finding)
    assert finding.level == "green"
    assert "; the untrained model answers with -" in finding.sentence
    draw = ConvVae.draw_codes
    monkeypatch.setattr(ConvVae, "draw_codes", lambda self, *args: draw(self, *args) * float("inf"))
    finding = found("Input and output range", subject_of(blobs(40), config=config))
    assert isinstance(finding, Finding)
    assert (finding.level, finding.advice) == (
        "red", "Report this as a fault of the program: pictures inside a model lie in [-1, 1].",
    )  # fmt: skip


def test_a_large_set_is_looked_at_in_part_and_always_the_same() -> None:
    rows = sampled_rows(100_000)
    assert len(rows) == SAMPLED == 2000
    assert (rows == sampled_rows(100_000)).all()
    assert (np.diff(rows) > 0).all()
    assert rows.mean() == pytest.approx(50_000, rel=0.05)
    assert most_pictures(64, 3) == 2000
    assert most_pictures(512, 3) == 170


def test_an_archive_is_sampled_over_its_whole_length(tmp_path: Path) -> None:
    labels = np.repeat(np.arange(5), 1000)
    x = np.random.default_rng(0).integers(0, 255, (5000, 8, 8)).astype(np.uint8)
    np.savez(tmp_path / "a.npz", x_train=x, y_train=labels)
    subject = open_subject(tmp_path / "a.npz", quiet)
    assert subject.pictures.shape == (2000, 8, 8, 3)
    assert (subject.total, len(subject.labels)) == (5000, 5000)
    assert np.bincount(subject.images.labels).min() > 350


def test_a_large_folder_is_counted_but_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.data.checks import subject as module

    monkeypatch.setattr(module, "SAMPLED", 10)
    (tmp_path / "set").mkdir()
    for index, picture in enumerate(blobs(30)):
        Image.fromarray(picture).save(tmp_path / "set" / f"{index:02}.png")
    subject = open_subject(tmp_path / "set", quiet)
    assert (len(subject.images), subject.total) == (10, 30)


def test_a_dataset_is_read_by_its_manifest_and_the_choices(dataset: Callable[..., Path]) -> None:
    labels = {row: {"label": "ab"[row % 2]} for row in range(20)}
    folder = dataset(blobs(20), {**labels, 3: {"file": "", "reason": "3.png is too small"}}, held_out=0.3)
    Image.new("RGB", (9, 9)).save(folder / "images" / "stray.png")
    write_choices(folder, {"source\n4.png": Choice(included=False), "source\n5.png": Choice(label="a")})
    subject = open_subject(folder, quiet)
    assert (subject.total, len(subject.images), subject.held_out) == (18, 18, 0.3)
    assert "images/4.png" not in subject.images.names
    assert np.bincount(subject.images.labels).tolist() == [10, 8]
    assert (subject.pictures[0] == blobs(20)[0]).all()


def test_a_recipe_may_hold_out_more_than_the_dataset_does(dataset: Callable[..., Path]) -> None:
    folder = dataset(blobs(20), held_out=0.01)
    assert open_subject(folder, quiet, recipe="vae").held_out == 0.05


def test_a_dataset_without_pictures_is_refused(dataset: Callable[..., Path]) -> None:
    folder = dataset(blobs(2), {row: {"file": "", "reason": "no"} for row in range(2)})
    text = f"no picture of {folder} is taken; prepare it from other sources, or take some back in"
    with pytest.raises(DataError) as error:
        checks.check(folder, quiet)
    assert str(error.value) == text


def test_a_dataset_whose_pictures_are_all_gone_is_refused(dataset: Callable[..., Path]) -> None:
    folder = dataset(blobs(2))
    for path in (folder / "images").iterdir():
        path.unlink()
    with pytest.raises(
        DataError, match=r"^none of the pictures of .* can be read \(.*0\.png is not there\); prepare it"
    ):
        checks.check(folder, quiet)


def test_progress_may_stop_the_checks(tmp_path: Path) -> None:
    for index, picture in enumerate(blobs(5)):
        Image.fromarray(picture).save(tmp_path / f"{index}.png")

    def stop(what: str, _done: int, _total: int) -> None:
        if what == "Colour":
            raise InterruptedError(what)

    with pytest.raises(InterruptedError, match="Colour"):
        checks.check(tmp_path, stop)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("dino15", {"Duplicates across the split": "red"}),
        ("dino-drawings", {"Readable files": "amber", "Duplicates across the split": "amber"}),
        ("mnist.npz", {"Colour": "amber"}),
    ],
)
def test_the_sets_at_hand_are_judged_as_they_are(source: str, expected: dict[str, str]) -> None:
    if not (SHARED / source).exists():
        pytest.skip(f"{SHARED / source} is not on this machine")
    report = checks.check(SHARED / source, quiet)
    assert {one.name: one.level for one in report.findings if one.level != "green"} == expected


def test_the_built_in_dinosaurs_are_green(monkeypatch: pytest.MonkeyPatch) -> None:
    from training.data.checks import subject as module

    monkeypatch.setattr(module, "DRAWN", 200)
    report = checks.check("builtin:dinosaurs", quiet)
    assert {one.name: one.level for one in report.findings if one.level != "green"} == {}
    assert (report.total, report.looked_at) == (12_000, 200)

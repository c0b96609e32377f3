"""What each metric says of a subject whose answers are known, and how a report is made of it."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from tests.training.evaluation._told import Told, discs, image_set
from training.config import ModelConfig
from training.errors import TrainingError
from training.evaluation.direction import higher_is_better
from training.evaluation.evaluating import About, evaluate
from training.evaluation.html import report_html
from training.evaluation.known_factors import factors_of
from training.evaluation.material import Material, UnavailableError
from training.evaluation.metrics import check_names, metric_named, metric_names
from training.evaluation.metrics.pathlength import _spherical
from training.evaluation.native import Identity, NativeSubject
from training.evaluation.report import Figure, Outcome, Report, Sheet, Table, report_as_json
from training.evaluation.subject import Bytes, Floats, Judge
from training.evaluation.tables import report_csv, report_text
from training.models.blocks import GaussianHead

Make = Callable[..., Material]
ABOUT = About(
    {"name": "a.safetensors", "sha256": "ab" * 32, "family": "vae", "size": 16, "dim": 1, "step": 7},
    {"source": "discs", "count": 200, "held_out": 60, "as_trained": True},
)


def measured(name: str, material: Material) -> dict[str, Figure]:
    return {figure.name: figure for figure in metric_named(name).measure(material).figures}


def of_images(material: Material, which: str) -> Told:
    return Told(getattr(material, which))


def test_a_model_that_returns_what_it_is_given_reconstructs_perfectly(material: Make) -> None:
    made = material(of_images(material(), "held_out"))
    found = measured("recon", made)
    assert {name: figure.value for name, figure in found.items()} == {"mse": 0, "psnr": 100, "ssim": 1}
    assert found["psnr"].count == len(made.held_out)
    sheet = metric_named("recon").measure(made).sheets[0]
    pixels = np.asarray(Image.open(io.BytesIO(sheet.bytes)))
    np.testing.assert_array_equal(pixels[2:18], pixels[20:36])  # each picture above its reconstruction


def softened(pictures: Bytes) -> Bytes:
    """Halved and doubled again."""
    small = [Image.fromarray(one).resize((8, 8), Image.Resampling.BOX) for one in pictures]
    return np.stack([np.asarray(one.resize((16, 16), Image.Resampling.BILINEAR)) for one in small])


def test_patches_of_real_pictures_are_as_far_as_real_ones_and_those_of_soft_ones_only_in_the_fine(
    material: Make,
) -> None:
    real = measured("patches", material(of_images(material(), "training")))
    soft = measured("patches", material(Told(softened(material().training))))
    assert list(real) == ["patches", "patches[16]", "patches[8]"]
    for figure in real.values():
        assert figure.value == pytest.approx(figure.floor, rel=0.35)
    assert soft["patches[16]"].value > 3 * real["patches[16]"].value
    assert soft["patches[8]"].value < 1.5 * real["patches[8]"].value
    levels = (soft["patches[16]"].value + soft["patches[8]"].value) / 2
    assert soft["patches"].value == pytest.approx(levels)
    assert soft["patches"].floor == pytest.approx(real["patches"].floor)


def test_pictures_too_small_or_too_few_for_patches_are_told(material: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    made = material()
    monkeypatch.setattr(made.subject, "size", 6)
    with pytest.raises(UnavailableError, match="needs pictures of 7 x 7 pixels or more"):
        measured("patches", made)
    with pytest.raises(UnavailableError, match="needs at least 16 real pictures and 8 samples"):
        measured("patches", material(samples=5))


def test_copies_of_training_pictures_are_found_and_shown_beside_their_originals(material: Make) -> None:
    made = material(of_images(material(), "training"))
    outcome = metric_named("memorisation").measure(made)
    figures = {figure.name: figure for figure in outcome.figures}
    assert figures["copies[pixels]"].value == 1
    assert figures["copies[pixels]"].floor == 0
    assert figures["memorised[pixels]"].value == 1
    assert figures["memorised[pixels]"].floor == pytest.approx(0.1, abs=0.06)
    assert figures["memorised_p[pixels]"].value == 1 / 2000
    assert figures["nearer[pixels]"].value == 1
    assert figures["distance[pixels]"].value == 0
    assert outcome.remarks[0] == (
        "It returns training pictures: about 100% of its random pictures are much nearer to one of them than real"
        " held-out pictures are (pixels; p < 0.001, permutation test)."
    )
    for histogram in outcome.histograms[:2]:
        assert sum(histogram.series["generated"]) == pytest.approx(1)
        assert histogram.series["generated"][0] == pytest.approx(1)
        assert histogram.series["real, held out"][0] < 0.2
    pixels = np.asarray(Image.open(io.BytesIO(outcome.sheets[0].bytes)))
    np.testing.assert_array_equal(pixels[2:18], pixels[20:36])


def test_new_pictures_are_no_copies(material: Make) -> None:
    made = material()
    outcome = metric_named("memorisation").measure(made)
    figures = {figure.name: figure for figure in outcome.figures}
    assert figures["copies[pixels]"].value <= 0.02
    assert figures["nearer[pixels]"].value == pytest.approx(0.5, abs=0.12)
    assert figures["distance[pixels]"].value == pytest.approx(1, abs=0.2)
    assert figures["memorised_p[pixels]"].value > 0.02
    assert outcome.remarks[0].startswith("No sign of memorisation: ")


@pytest.mark.parametrize("changed", ["mirrored", "brighter", "flatter", "tinted", "softened"])
def test_copies_that_were_changed_are_found(changed: str, material: Make) -> None:
    pictures = material().training.astype(np.float64)
    pictures = {
        "mirrored": lambda: pictures[:, :, ::-1],
        "brighter": lambda: pictures + 40,
        "flatter": lambda: 0.6 * pictures + 50,
        "tinted": lambda: pictures + np.array([30.0, -20.0, 0.0]),
        "softened": lambda: (pictures + np.roll(pictures, 1, 1) + np.roll(pictures, 1, 2)) / 3,
    }[changed]()
    made = material(Told(np.clip(pictures, 0, 255).astype(np.uint8)))
    outcome = metric_named("memorisation").measure(made)
    figures = {figure.name: figure for figure in outcome.figures}
    assert figures["memorised[pixels]"].value > 0.5
    assert outcome.remarks[0].startswith("It returns training pictures: about ")


@pytest.mark.parametrize("share", [0.2, 0.5])
def test_a_part_that_is_known_by_heart_is_found_and_measured(share: float, material: Make) -> None:
    known, new = material().training, discs(400, 9)[0]
    copied = np.concatenate([known[: round(200 * share)], new[: 200 - round(200 * share)]])
    outcome = metric_named("memorisation").measure(material(Told(copied), samples=400))
    figure = next(one for one in outcome.figures if one.name == "memorised[pixels]")
    assert figure.value == pytest.approx(share, abs=0.12)
    assert outcome.remarks[0].startswith("It returns training pictures: about ")


def test_without_enough_held_out_pictures_there_is_no_verdict(material: Make) -> None:
    made = material(images=image_set(discs(30, 0)[0]), held_out=0.05)
    assert 2 <= len(made.held_out) < 8
    assert metric_named("memorisation").measure(made).remarks[0] == (
        f"Whether it returns training pictures cannot be told from {len(made.held_out)} held-out pictures; at least 8"
        " are needed to say how near a new picture comes by chance."
    )


def test_what_few_held_out_pictures_leave_open_is_said(material: Make) -> None:
    made = material(images=image_set(discs(60, 0)[0]), held_out=0.2)
    assert 8 <= len(made.held_out) < 20
    # All of them farther away by chance, in one of two hundred cases: pixels and features are asked.
    share = 1 - 0.005 ** (1 / len(made.held_out))
    assert (
        metric_named("memorisation")
        .measure(made)
        .remarks[0]
        .endswith(
            f"With {len(made.held_out)} held-out pictures it would not be noticed if fewer than about {share:.0%} were"
            " copies."
        )
    )


def test_an_original_that_is_in_the_set_twice_is_found_all_the_same(material: Make) -> None:
    pictures, _ = discs(60, 0)
    nearly = pictures.copy()
    nearly[:, 0, 0] ^= 3
    images = image_set(np.concatenate([pictures, nearly]))
    generated = pictures.copy()
    generated[:, 1, 1] ^= 7  # about as near to the one as to the other
    made = material(Told(generated), images)
    assert measured("memorisation", made)["copies[pixels]"].value > 0.9


@pytest.mark.parametrize(("name", "most"), [("_LARGEST_TRAINING", 50), ("_TRAINING_BYTES", 50 * 16 * 16 * 3 + 9)])
def test_a_search_among_a_part_of_the_training_pictures_is_said_to_be_one(
    material: Make, monkeypatch: pytest.MonkeyPatch, name: str, most: int
) -> None:
    monkeypatch.setattr(f"training.evaluation.material.{name}", most)
    made = material(images=image_set(discs(200, 0)[0]))
    remarks = metric_named("memorisation").measure(made).remarks
    assert f"Originals were looked for among 50 of the {len(made.train_rows)} training pictures." in remarks


def test_distances_say_what_they_are_measured_in_and_none_without_inception_is_called_fid(material: Make) -> None:
    made = material()
    for metric, stem in (("fid", "frechet"), ("kid", "kernel")):
        outcome = metric_named(metric).measure(made)
        assert [figure.name for figure in outcome.figures] == [f"{stem}[classifier]", f"{stem}[encoder]"]
        assert [remark.partition(":")[0] for remark in outcome.remarks] == ["inception", "squeezenet"]
    same = measured("fid", made)["frechet[classifier]"]
    other = measured("fid", material(Told(255 - discs(150, 1)[0] // 3)))["frechet[classifier]"]
    assert same.floor is not None
    assert same.value < 5 * same.floor < other.value


def test_precision_and_recall_tell_a_narrow_model_from_a_wide_one(material: Make) -> None:
    wide = measured("prdc", material())
    assert wide["precision[pixels]"].value > 0.8
    assert wide["recall[pixels]"].value > 0.8
    narrow = measured("prdc", material(Told(discs(3, 1)[0])))
    assert narrow["recall[pixels]"].value < 0.3
    assert narrow["coverage[pixels]"].value < wide["coverage[pixels]"].value


def test_the_classifier_names_reconstructions_and_counts_the_classes_of_samples(material: Make) -> None:
    made = material(of_images(material(), "held_out"))
    outcome = metric_named("classes").measure(made)
    figures = {figure.name: figure for figure in outcome.figures}
    assert figures["class_accuracy"].value == figures["class_accuracy"].floor
    assert [row[0] for row in outcome.tables[0].rows] == ["light", "dark"]
    assert sum(float(row[3]) for row in outcome.tables[0].rows) == pytest.approx(1)


def test_an_asked_class_is_what_a_conditional_model_is_judged_by(material: Make) -> None:
    class Conditional(Told):
        dim, classes, has_encoder = 3, ("dark", "light"), False

        def sample(self, count: int, seed: int) -> np.ndarray:
            kinds = np.eye(2)[np.arange(count) % 2]
            return np.concatenate([super().sample(count, seed), kinds], 1).astype(np.float32)

        def decode(self, codes: np.ndarray) -> np.ndarray:
            places = 2 * (np.round(codes[:, 0]).astype(int) // 2) + (codes[:, 1] > 0.5)  # odd places are dark
            return np.asarray(self.pictures[np.minimum(places, len(self.pictures) - 1)])

    assert measured("classes", material(Conditional(discs(150, 1)[0])))["class_accuracy"].value > 0.95
    swapped = Conditional(discs(150, 1)[0])
    swapped.classes = ("light", "dark")
    assert measured("classes", material(swapped))["class_accuracy"].value < 0.05


def test_the_discriminator_is_asked_about_held_out_pictures(material: Make) -> None:
    made = material()
    with pytest.raises(UnavailableError, match="no discriminator here: name the folder of a GAN's run"):
        measured("discriminator", made)
    asked = []

    def ask(pictures: np.ndarray, labels: np.ndarray, seed: int) -> tuple[float, float]:
        asked.append(len(pictures))
        return 0.75, 0.5

    made.subject.judge = Judge("j", ask)
    found = measured("discriminator", made)
    assert (found["discriminator[real]"].value, found["discriminator[fake]"].value) == (0.75, 0.5)
    assert sum(asked) == len(made.held_out) == found["discriminator[real]"].count


class Fixed(nn.Module):
    """An encoder that always answers the same, and a decoder that paints grey whatever the code."""

    def __init__(self, mean: float, log_variance: float) -> None:
        super().__init__()
        self.encoder = _Answer(mean, log_variance)
        self.decoder = _Grey()


class _Answer(nn.Module):
    def __init__(self, mean: float, log_variance: float) -> None:
        super().__init__()
        self.head, self.answer = GaussianHead(1, 1), (mean, log_variance)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        mean, log_variance = (torch.full((len(images), 2), value) for value in self.answer)
        return mean, log_variance


class _Grey(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.unused = nn.Parameter(torch.zeros(1))

    def forward(self, codes: Tensor) -> Tensor:
        return codes.new_zeros(len(codes), 3, 16, 16)


@pytest.mark.parametrize(("likelihood", "beta"), [("gaussian", 1.0), ("gaussian", 0.25), ("laplace", 0.5)])
def test_the_bounds_are_those_of_a_model_whose_likelihood_is_known(
    material: Make, likelihood: str, beta: float
) -> None:
    config = ModelConfig.model_validate({"family": "vae", "image": {"size": 16}, "latent": {"dim": 2}})
    objective = {"likelihood": likelihood, "beta": beta}
    subject = NativeSubject(Identity("a", "a"), Fixed(0.4, -0.5), config, (), statistics={}, objective=objective)
    made = material(subject)
    x = made.held_out.astype(float) / 127.5 - 1
    if likelihood == "gaussian":
        known = (-(x**2) / (2 * beta) - 0.5 * math.log(2 * math.pi * beta)).sum((1, 2, 3)).mean()
    else:
        known = (-np.abs(x) / beta - math.log(2 * beta)).sum((1, 2, 3)).mean()
    divergence = 2 * 0.5 * (0.4**2 + math.exp(-0.5) - 1 + 0.5)
    found = measured("elbo", made)
    assert found["elbo"].value == pytest.approx(known - divergence, abs=0.05)
    assert found["elbo"].value < found["iwae[50]"].value < known + 0.05
    assert found["iwae[50]"].value == pytest.approx(known, abs=0.1)
    assert f"{likelihood} pixels" in found["elbo"].meaning


def test_a_path_length_is_that_of_a_ramp(material: Make) -> None:
    ramp = Told(discs(4, 0)[0])
    ramp.sample = lambda count, _seed: np.repeat([[0.0], [1.0]], count // 2, 0).astype(np.float32)  # type: ignore[method-assign]
    with pytest.raises(UnavailableError, match="gives pictures as bytes only"):
        measured("pathlength", material(ramp))
    ramp.floats = lambda codes: np.broadcast_to(codes[:, :, None, None] * 51, (len(codes), 4, 4, 3)).astype(np.float32)
    assert measured("pathlength", material(ramp))["path_length[pixels]"].value == pytest.approx(0.04, rel=0.01)


def test_a_path_on_the_sphere_keeps_its_length_and_halves_the_angle() -> None:
    a, b = np.array([[3.0, 0.0]]), np.array([[0.0, 5.0]])
    half = _spherical(a, b, np.array([[0.5]]))
    np.testing.assert_allclose(half, [[4 / math.sqrt(2), 4 / math.sqrt(2)]])
    np.testing.assert_allclose(_spherical(a, b, np.array([[0.0]])), a, atol=1e-6)


def test_factors_of_the_drawings_are_known_by_their_names() -> None:
    factors = factors_of([f"builtin:dinosaurs/{place}" for place in range(40)], 3, 1.0)(np.array([0, 17, 33]))
    found = {factor.name: factor for factor in factors}
    assert found["species"].values.tolist() == [0, 1, 1]
    assert found["species"].columns.shape == (3, 2)
    assert found["hue"].columns.shape == (3, 2)
    np.testing.assert_allclose((found["hue"].columns ** 2).sum(1), 1)
    assert "flap" not in found


def test_without_known_factors_there_is_no_disentanglement(material: Make) -> None:
    with pytest.raises(UnavailableError, match="the factors behind these pictures are not known"):
        measured("disentanglement", material())


def test_a_code_that_is_a_factor_scores(material: Make) -> None:
    made = material(images=image_set(*discs(400, 0), ("light", "dark")))
    values = made.encoded(np.arange(400))[:, 0].astype(float)
    named = [f"builtin:dinosaurs/{place}" for place in range(400)]
    made._factors = lambda rows: factors_of(named, 0, 1.0)(rows)[:1]
    blind = measured("disentanglement", made)
    assert blind["mig"].value < 0.3
    from training.evaluation.numbers.disentanglement import Factor

    made._factors = lambda rows: [Factor("place", values[rows], values[rows, None])]
    seeing = measured("disentanglement", made)
    assert seeing["mig"].value == pytest.approx(1)
    assert seeing["dci[informativeness]"].value > 0.95


def report(material: Material, *names: str) -> Report:
    return evaluate(material, names or metric_names(), ABOUT)


def test_all_metrics_make_one_report_and_every_figure_knows_which_way_is_better(material: Make) -> None:
    made = report(material())
    assert made.missed.keys() == {"lpips", "elbo", "pathlength", "disentanglement", "discriminator"}
    names = [figure.name for figure in made.figures]
    assert len(set(names)) == len(names)
    for figure in made.figures:
        assert figure.count > 0
        assert figure.spread >= 0
        assert figure.meaning.endswith(".")
        if figure.better:
            assert higher_is_better(figure.name) == (figure.better == "higher"), figure.name
    remarks = [remark for outcome in made.outcomes.values() for remark in outcome.remarks]
    assert len(set(remarks)) == len(remarks)


def test_the_same_twice_gives_the_same_and_the_second_time_nothing_is_decoded(material: Make) -> None:
    names = ("recon", "memorisation", "kid", "pictures")
    first = material()
    made = report_as_json(report(first, *names), pictures=True)
    again = material()
    assert report_as_json(report(again, *names), pictures=True) == made
    assert again.subject.decoded == 0  # type: ignore[attr-defined]
    other = material(seed=1)
    assert report_as_json(report(other, *names))["figures"] != made["figures"]
    assert other.subject.decoded > 0  # type: ignore[attr-defined]


def test_a_damaged_result_in_the_cache_is_computed_anew(material: Make, cache: Path) -> None:
    wanted = report(material(), "recon").figures
    (kept,) = cache.glob("evaluation-*.json")
    kept.write_text("{}")
    assert report(material(), "recon").figures == wanted


def test_cancelled_work_keeps_what_was_finished(material: Make, cache: Path) -> None:
    made = material()

    def tick(what: str, done: int, total: int) -> None:
        if what == "walking" and done == 3:
            raise KeyboardInterrupt

    made.tick = tick
    with pytest.raises(KeyboardInterrupt):
        report(made, "recon", "smoothness")
    assert len(list(cache.glob("evaluation-*.json"))) == 1
    assert list(report(material(), "recon", "smoothness").outcomes) == ["recon", "smoothness"]


def test_a_metric_that_is_none_is_refused_with_the_nearest() -> None:
    assert check_names(["recon", "fid", "recon"]) == ("recon", "fid")
    with pytest.raises(TrainingError, match="unknown metric 'recno': did you mean 'recon'\\?"):
        check_names(["recno"])
    with pytest.raises(TrainingError, match="unknown metric 'xyz'; there are classes, discriminator, disent"):
        check_names(["xyz"])


def test_held_out_pictures_are_needed_to_reconstruct(material: Make) -> None:
    made = report(material(held_out=0.0), "recon")
    assert made.missed["recon"] == "there are no held-out pictures to compare with; give a larger --held-out"


def test_a_page_holds_everything_and_nothing_from_elsewhere(material: Make) -> None:
    made = report(material())
    page = report_html(made)
    for figure in made.figures:
        assert f"{figure.name} <span>" in page
    assert page.count("data:image/png;base64,") == sum(len(outcome.sheets) for outcome in made.outcomes.values()) >= 4
    assert page.count("<svg") == sum(len(outcome.histograms) for outcome in made.outcomes.values()) == 4
    assert 'src="http' not in page
    assert "<link" not in page
    assert "No sign of memorisation" in page
    assert "<b>Discriminator</b>: there is no discriminator here" in page


def test_a_page_of_other_pictures_says_so_and_names_are_escaped() -> None:
    about = dict(ABOUT.subject) | {"name": "<b>.safetensors"}
    data = dict(ABOUT.data) | {"as_trained": False}
    made = Report(about, data, {"samples": 1, "seed": 0}, {}, {}, {})
    assert "&lt;b&gt;.safetensors" in report_html(made)
    assert "These are not the pictures that the checkpoint says it was trained on" in report_html(made)
    assert report_text(made).startswith("These are not the pictures")


def test_a_model_with_classes_shows_the_same_codes_as_each_of_them(material: Make) -> None:
    pictures, _ = discs(40, 1)

    class OfAClass(Told):
        """Even places are light discs, odd ones dark; the weights of a code say which."""

        dim, classes = 3, ("light", "dark")

        def sample(self, count: int, seed: int) -> Floats:
            return np.concatenate([super().sample(count, seed), np.eye(2, dtype=np.float32)[np.arange(count) % 2]], 1)

        def decode(self, codes: Floats) -> Bytes:
            return np.asarray(self.pictures[(codes[:, 0] // 2 * 2 + codes[:, 1:].argmax(1)).astype(int)])

    subject = OfAClass(pictures)
    sheets = metric_named("pictures").measure(material(subject)).sheets
    assert [one.title for one in sheets] == ["Samples", "Samples by class", "Interpolations"]
    assert sheets[1].caption.startswith("Each row is one class, from the top: light, dark. ")
    pixels = np.asarray(Image.open(io.BytesIO(sheets[1].bytes)).convert("RGB"))
    for row in (0, 1):
        cell = pixels[2 + 18 * row : 18 + 18 * row, 2:18]
        place = int(np.abs(pictures.astype(int) - cell).sum((1, 2, 3)).argmin())
        assert (place % 2, pictures[place].tolist()) == (row, cell.tolist())


def test_tables_are_told_in_text_and_csv_and_sheets_are_said_to_be_elsewhere() -> None:
    table = Table("Classes", ["class", "right", "of"], [["raptor", 0.25, 4], ["t, rex", float("nan"), 0]])
    outcomes = {"classes": Outcome(tables=[table]), "pictures": Outcome(sheets=[Sheet("Samples", "", "")])}
    titles = {"classes": "Classes", "pictures": "Pictures"}
    made = Report(ABOUT.subject, ABOUT.data, {}, outcomes, titles, {})
    lines = report_text(made).splitlines()
    assert lines[2:5] == ["  class   right  of", "  raptor  0.25   4", "  t, rex  -      0"]
    assert lines[-1] == "  to be seen in the page: --out FILE.html"
    assert list(csv.reader(report_csv(made).splitlines()))[1:] == [
        ["classes", "right[raptor]", "0.25", *[""] * 6, "Classes"],
        ["classes", "of[raptor]", "4", *[""] * 6, "Classes"],
        ["classes", "right[t, rex]", "nan", *[""] * 6, "Classes"],
        ["classes", "of[t, rex]", "0", *[""] * 6, "Classes"],
    ]


def test_text_and_csv_tell_value_spread_count_and_what_real_pictures_have() -> None:
    figure = Figure("frechet[encoder]", 12.3456, 0.567, "10 bootstrap resamples", 500, "lower", "How far.", 1.5, 100)
    made = Report(ABOUT.subject, ABOUT.data, {}, {"fid": Outcome([figure])}, {"fid": "Distance"}, {"elbo": "no VAE"})
    text = report_text(made)
    assert "frechet[encoder]  12.35 ± 0.57  n = 500   real pictures 1.5   less is better" in text
    assert text.endswith("Not measured\n  elbo: no VAE")
    assert report_csv(made).splitlines()[1] == (
        "fid,frechet[encoder],12.3456,0.567,10 bootstrap resamples,500,lower,1.5,100,How far."
    )

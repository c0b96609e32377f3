"""What checkpoints are called beside each other, which are chosen, what they are asked for, how a table is laid out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dinoexplorer.comparing.captions import caption_of, epoch_text, name_of
from dinoexplorer.comparing.choosing import (
    checkpoints_at,
    checkpoints_of_run,
    chosen_rows,
    evenly_chosen,
    grid_shape,
    same_run,
)
from dinoexplorer.comparing.subjects import code_for, picture_file, subject_of, why_not
from dinoexplorer.comparing.table import table_of
from dinoexplorer.generators import GeneratorError, GeneratorInfo, LatentSpec, open_generator, read_info


def info(path="x.safetensors", dim=2, *, encoder=True, classes=(), names=(), **training):
    spec = LatentSpec(dim, np.zeros(dim, np.float32), np.ones(dim, np.float32), names=names)
    return GeneratorInfo(Path(path), "fake", "vae", spec, 8, 3, classes, 1, encoder, "0" * 64, training)


def of_run(run, step, dim, images=0):
    path = f"runs/{run}/checkpoints/step-{step:06d}.safetensors"
    return info(path, dim, step=step, images_seen=images, dataset={"count": 1000})


# captions


def test_a_checkpoint_of_a_run_is_called_by_its_run():
    caption = caption_of(of_run("vae-1", 2500, 48, 10_000))
    assert (caption.title, caption.line) == ("vae-1", "z 48 · step 2,500 · epoch 10")
    assert caption.text == "vae-1, z 48 · step 2,500 · epoch 10"


def test_the_best_and_the_last_of_a_run_say_so():
    assert caption_of(info("r/vae-1/checkpoints/best.safetensors", step=3)).line == "best · z 2 · step 3"


@pytest.mark.parametrize("path", ["resources/checkpoints/dinosaurs.safetensors", "dinosaurs.safetensors"])
def test_another_file_is_called_by_its_own_name(path):
    assert name_of(Path(path)) == "dinosaurs"
    assert caption_of(info(path)).line == "z 2"


@pytest.mark.parametrize(
    ("training", "text"),
    [
        ({"images_seen": 2500, "dataset": {"count": 1000}}, "epoch 2.5"),
        ({"images_seen": 3000, "dataset": {"count": 1000}}, "epoch 3"),
        ({"images_seen": 12_600, "dataset": {"count": 1000}}, "epoch 13"),
        ({"images_seen": 3000, "dataset": {"count": 0}}, ""),
        ({"images_seen": float("nan"), "dataset": {"count": 10}}, ""),
        ({"images_seen": 3000, "dataset": "somewhere"}, ""),
        ({}, ""),
    ],
)
def test_an_epoch_is_told_where_the_file_allows_it(training, text):
    assert epoch_text(info(**training)) == text


# choosing


@given(st.lists(st.integers(), max_size=40, unique=True), st.integers(0, 12))
def test_what_is_evenly_chosen_keeps_the_order_and_the_ends(items, count):
    chosen = evenly_chosen(items, count)
    assert len(chosen) == min(len(items), count)
    assert [item for item in items if item in chosen] == list(chosen)
    if chosen:
        assert chosen[-1] == items[-1]
    if len(chosen) > 1:
        places = [items.index(item) for item in chosen]
        gaps = np.diff(places)
        assert places[0] == 0
        assert gaps.max() - gaps.min() <= 1


@given(st.integers(1, 9), st.floats(200, 2000), st.floats(200, 2000))
def test_no_other_arrangement_has_larger_pictures(count, width, height):
    def side(rows, columns):
        return min(width / columns, height / rows - 40)

    rows, columns = grid_shape(count, width, height, 40)
    assert rows * columns >= count > (rows - 1) * columns
    assert side(rows, columns) >= max(side(-(-count // across), across) for across in range(1, count + 1))


@pytest.fixture
def make_run(make_checkpoint, tmp_path):
    """Makes a run folder with checkpoints at these steps."""

    def make(name, steps, *, dim=2, **more):
        from training.config import resolve
        from training.run import RunWriter

        writer = RunWriter.create(tmp_path / name, resolve("vae", ["image.size=16", f"latent.dim={dim}", "steps=100"]))
        writer.update(state="finished")
        folder = writer.folder
        for step in steps:
            training = {"step": step, "images_seen": 10 * step, "dataset": {"count": 100}}
            make_checkpoint(
                f"step-{step:06d}", dim=dim, folder=folder / "checkpoints", training=training, seed=step, **more
            )
        return folder

    return make


def test_the_checkpoints_of_a_run_are_found_from_its_folder_and_from_one_of_them(make_run):
    folder = make_run("vae-1", (20, 3, 100))
    paths = checkpoints_of_run(folder)
    assert [path.stem for path in paths] == ["step-000003", "step-000020", "step-000100"]
    assert same_run(paths[1]) == (paths[0], paths[2])
    assert checkpoints_at([paths[0], folder, paths[0]]) == (paths[0], paths[1], paths[2])


def test_a_file_that_lies_in_no_run_has_no_siblings(plane_checkpoint, tmp_path):
    assert same_run(plane_checkpoint) == ()
    assert checkpoints_of_run(tmp_path) == ()
    assert checkpoints_at([tmp_path, plane_checkpoint]) == (tmp_path, plane_checkpoint)


def test_a_table_takes_the_steps_that_all_runs_have():
    runs = [[Path(f"{name}/step-{step:06d}.safetensors") for step in steps] for name, steps in (
        ("a", (1, 2, 3, 4, 5)), ("b", (2, 4, 5, 6)),
    )]  # fmt: skip
    assert [path.as_posix()[:13] for path in chosen_rows(runs, 2)] == [
        "a/step-000002", "a/step-000005", "b/step-000002", "b/step-000005",
    ]  # fmt: skip
    apart = [runs[0], [Path("c/step-000009.safetensors")], [Path("d/best.safetensors")]]
    assert [path.as_posix().split(".")[0] for path in chosen_rows(apart, 2)] == [
        "a/step-000001", "c/step-000009", "d/best",
    ]  # fmt: skip


# what is asked for


def test_a_code_goes_only_to_those_whose_codes_are_as_long():
    assert why_not("code", info(dim=5), info(dim=5)) == ""
    assert why_not("code", info(dim=5), info(dim=2)) == "Its codes have 2 numbers, not 5. Compare by the same picture."
    assert why_not("code", info(dim=5), info(dim=2, encoder=False)) == (
        "Its codes have 2 numbers, not 5. It has no encoder to take the picture instead."
    )


def test_a_picture_goes_only_to_those_with_an_encoder():
    assert why_not("picture", info(encoder=False), info()) == ""
    assert why_not("picture", info(), info(encoder=False)) == (
        "It has no encoder, so it cannot take a picture. Compare by the same code."
    )
    assert why_not("picture", info(dim=5), info(encoder=False)) == "It has no encoder, so it cannot take a picture."


def test_weights_of_classes_are_not_taken_for_those_of_other_classes():
    conditional = info(dim=3, classes=("a",), names=("z1", "z2", "a"))
    assert why_not("code", conditional, info(dim=3)) == (
        "Its codes end in the weights of other classes. Compare by the same picture."
    )
    assert why_not("code", conditional, conditional) == ""


def test_a_code_is_handed_on_as_it_is_and_never_padded(plane_checkpoint, deep_checkpoint):
    plane, deep = open_generator(plane_checkpoint), open_generator(deep_checkpoint)
    code = np.array([0.5, -1], np.float32)
    subject = subject_of("code", plane, code)
    assert code_for(plane, subject) is code
    with pytest.raises(GeneratorError, match="Its codes have 5 numbers, not 2"):
        code_for(deep, subject)


def test_by_picture_each_encodes_the_picture_at_its_own_size(plane_checkpoint, deep_checkpoint):
    plane, deep = open_generator(plane_checkpoint), open_generator(deep_checkpoint)
    code = np.array([0.5, -1], np.float32)
    shown = plane.decode(code[None])[0]
    subject = subject_of("picture", plane, code)
    np.testing.assert_array_equal(code_for(plane, subject), plane.encode(shown[None])[0])
    enlarged = np.array(Image.fromarray(shown).resize((32, 32), Image.Resampling.LANCZOS))
    np.testing.assert_allclose(code_for(deep, subject), deep.encode(enlarged[None])[0], atol=1e-5)


def test_a_grey_generator_sees_a_picture_in_grey(grey_checkpoint, save_pictures, tmp_path):
    seen = picture_file(save_pictures(tmp_path)[0]).seen_by(read_info(grey_checkpoint))
    assert seen.shape == (16, 16, 3)
    assert (seen == seen[..., :1]).all()


def test_a_file_that_is_no_picture_is_refused_with_a_sentence(plane_checkpoint, tmp_path):
    path = tmp_path / "notes.png"
    path.write_text("no picture")
    with pytest.raises(GeneratorError) as refused:
        picture_file(path).seen_by(read_info(plane_checkpoint))
    assert str(refused.value) == "Notes.png is not a picture in a known format; choose another picture."


# tables


def test_a_table_has_lengths_across_and_steps_down():
    infos = [of_run("b", 20, 32, 2000), of_run("a", 10, 2, 1000), of_run("b", 10, 32, 1000), of_run("c", 20, 2, 5000)]
    table = table_of([*infos, of_run("a", 10, 2)])
    assert [(column.title, column.line) for column in table.columns] == [("z 2", "a"), ("z 2", "c"), ("z 32", "b")]
    assert [(row.title, row.line) for row in table.rows] == [("step 10", "epoch 1"), ("step 20", "")]
    assert table.cells == {(0, 0): infos[1], (0, 2): infos[2], (1, 1): infos[3], (1, 2): infos[0]}
    assert table.column(2) == (infos[2], infos[0])


def test_a_checkpoint_that_does_not_tell_its_step_stands_in_a_row_of_its_own():
    table = table_of([info("strange.pt"), of_run("a", 10, 2)])
    assert [row.title for row in table.rows] == ["step 10", "step unknown"]

"""Sheets of several checkpoints: whose pictures stand where, and what is told where there are none."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from dinoexplorer.comparing import sheets
from dinoexplorer.comparing.captions import Caption
from dinoexplorer.comparing.making import Question, drawn, make_sheet, make_table, sheet_of_subject
from dinoexplorer.comparing.sheets import Tile, comparison_sheet, table_sheet
from dinoexplorer.comparing.subjects import picture_file, subject_of
from dinoexplorer.generators import GeneratorError, open_generator, read_info


def flat(colour, side=200):
    return np.full((side, side, 3), colour, np.uint8)


def squares(sheet, colour):
    """Upper left corner and size of what has exactly this colour."""
    rows, columns = np.nonzero((sheet == np.array(colour)).all(axis=2))
    return (rows.min(), columns.min(), np.ptp(rows) + 1, np.ptp(columns) + 1)


def holds(sheet, picture):
    """Whether a picture lies somewhere on a sheet, pixel for pixel."""
    windows = np.lib.stride_tricks.sliding_window_view(sheet, (1, picture.shape[1], 3))[:, :, 0, 0]
    hits = (windows == picture[0]).all(axis=(2, 3))
    side = picture.shape[0]
    return any((sheet[y : y + side, x : x + side] == picture).all() for y, x in np.argwhere(hits))


def test_pictures_stand_beside_each_other_at_their_own_size_with_titles_above():
    sheet = comparison_sheet([Caption("a", "z 2"), Caption("b")], [Tile((flat(10),)), Tile((flat(90),))])
    first, second = squares(sheet, (10, 10, 10)), squares(sheet, (90, 90, 90))
    assert first[0] == second[0]
    assert first[1] < second[1]
    assert first[2:] == second[2:] == (200, 200)
    head = sheet[first[0] - 40 : first[0], first[1] : first[1] + 200]
    assert head.min() < 80


def test_a_title_that_is_too_long_ends_at_its_picture():
    sheet = comparison_sheet([Caption("long " * 40), Caption("")], [Tile((flat(10),)), Tile((flat(90),))])
    second = squares(sheet, (90, 90, 90))
    assert (sheet[: second[0], second[1] :] == 255).all()


def test_a_small_picture_is_enlarged_so_that_its_title_fits():
    assert squares(comparison_sheet([Caption("a")], [Tile((flat(10, 16),))]), (10, 10, 10))[2:] == (192, 192)


def test_several_pictures_of_one_checkpoint_stand_in_a_block():
    sheet = comparison_sheet([Caption("a")], [Tile(tuple(flat(10 * number, 100) for number in range(1, 5)))])
    assert squares(sheet, (40, 40, 40))[2:] == (100, 100)
    above, below = squares(sheet, (10, 10, 10)), squares(sheet, (30, 30, 30))
    assert below[:2] == (above[0] + 100, above[1])


def test_a_table_puts_each_picture_in_its_row_and_column_and_says_where_there_is_none():
    tiles = {(0, 0): Tile((flat(10),)), (1, 1): Tile((flat(90),)), (0, 1): Tile(reason="no encoder")}
    sheet = table_sheet([Caption("z 2"), Caption("z 4")], [Caption("step 1"), Caption("step 2")], tiles)
    first, last = squares(sheet, (10, 10, 10)), squares(sheet, (90, 90, 90))
    assert last[:2] == (first[0] + 216, first[1] + 216)
    empty = sheet[last[0] : last[0] + 200, first[1] : first[1] + 200]
    assert (empty.max(), empty.min() < 150) == (243, True)


def test_a_sheet_that_most_programs_refuse_is_refused(monkeypatch):
    monkeypatch.setattr(sheets, "LARGEST_SHEET", 50_000)
    with pytest.raises(GeneratorError) as refused:
        comparison_sheet([Caption("a")], [Tile((flat(10),))])
    assert str(refused.value) == (
        "This sheet would have 248 x 292 pixels, more than the 0 million that most programs open; "
        "ask for fewer checkpoints or fewer pictures."
    )


@pytest.fixture
def trio(make_checkpoint):
    """Two whose codes are as long, the second trained further, and one without an encoder whose are longer."""

    def no_discriminator(tensors):
        for name in [name for name in tensors if name.startswith("discriminator.")]:
            del tensors[name]

    first = make_checkpoint("first", training={"step": 10}, latent={"prior": "uniform"}, size=64)
    second = make_checkpoint("second", training={"step": 20}, seed=1, size=64)
    gan = make_checkpoint("gan", dim=5, family="dcgan", training={"step": 10}, size=64, seed=2, change=no_discriminator)
    return [read_info(path) for path in (first, second, gan)]


def ignore(*_progress):
    pass


def test_all_whose_codes_are_as_long_decode_the_codes_of_the_first(trio):
    sheet = make_sheet(trio, Question(seeds=(3,)), open_generator, ignore)
    code = trio[0].latent.sample(1, 3)
    large = [
        np.asarray(Image.fromarray(open_generator(one.path).decode(code)[0]).resize((192, 192), 1)) for one in trio[:2]
    ]
    assert all(holds(sheet, picture) for picture in large)


def test_in_a_table_the_last_of_a_column_draws_for_the_column(trio, tmp_path):
    asked = []

    class Recorded:
        def __init__(self, path):
            self._generator, self.info = open_generator(path), read_info(path)

        def decode(self, codes):
            asked.append((self.info.name, codes))
            return self._generator.decode(codes)

    for number, one in enumerate(trio[:2]):
        target = tmp_path / "run" / "checkpoints" / f"step-{number}.safetensors"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(one.path.read_bytes())
    infos = [read_info(tmp_path / "run" / "checkpoints" / f"step-{number}.safetensors") for number in range(2)]
    make_table(infos, Question(seeds=(3, 4)), Recorded, ignore)
    assert [name for name, _ in asked] == ["step-0", "step-1"]
    for _, codes in asked:
        np.testing.assert_array_equal(codes, drawn(infos[1], (3, 4)))


def test_seeds_are_those_of_render(trio):
    np.testing.assert_array_equal(drawn(trio[1], (5, 6))[1:], trio[1].latent.sample(1, 6))


def test_work_ends_when_its_progress_says_so(trio):
    class Enough(Exception):
        pass

    opened = []

    def stop(done, total):
        assert total == 3
        if done == 1:
            raise Enough

    with pytest.raises(Enough):
        make_sheet(trio, Question(seeds=(1,)), lambda path: opened.append(path) or open_generator(path), stop)
    assert len(opened) == 1


def test_what_is_seen_is_saved_with_the_chosen_picture_before_it(trio, save_pictures, tmp_path):
    main, other = (open_generator(one.path) for one in trio[:2])
    original = picture_file(save_pictures(tmp_path)[0])
    subject = subject_of("picture", main, np.zeros(2, np.float32), original)
    others = [(Caption("second"), other), (Caption("gone"), "It could not be opened.")]
    sheet = sheet_of_subject(subject, main, others, ignore)
    seen = original.seen_by(main.info)
    again = other.decode(other.encode(seen[None]))[0]
    for picture in (seen, main.decode(subject.code[None])[0], again):
        assert holds(sheet, np.asarray(Image.fromarray(picture).resize((192, 192), 1)))


# the command


def test_the_command_writes_a_sheet(run, trio, tmp_path):
    out = tmp_path / "sheet.png"
    assert run("compare", *(one.path for one in trio), "--seed", "1,2", "--out", out) == (0, f"saved {out}\n", "")
    with Image.open(out) as sheet:
        assert sheet.size[0] > 2 * 192


def test_the_command_writes_a_table_of_pictures_brought_back(run, trio, save_pictures, tmp_path):
    out, pictures = tmp_path / "table.png", save_pictures(tmp_path / "in", 2)
    code, printed, _ = run(
        "compare", trio[0].path, trio[2].path, "--image", *pictures, "--table", "--rows", "3", "--out", out
    )
    assert (code, printed) == (0, f"saved {out}\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--out", "sheet.jpg"), "--out sheet.jpg is no PNG file; give it a name that ends in .png."),
        (("--image", "no.png"), "no.png is not there; choose another picture."),
    ],
)
def test_the_command_refuses_with_one_line(run, trio, words, sentence):
    asked = [] if "--image" in words else ["--seed", "1"]
    out = [] if "--out" in words else ["--out", "sheet.png"]
    code, _, told = run("compare", trio[0].path, *asked, *words, *out)
    assert code == 1
    assert told.strip().lower() == f"dinoexplorer: {sentence}".lower()


def test_the_command_wants_either_seeds_or_pictures(run, trio):
    code, _, told = run("compare", trio[0].path, "--out", "sheet.png")
    assert code == 2
    assert "one of the arguments --seed --image is required" in told

"""Choosing the map in the window: other layouts, planes, progress and cancel, and what is wrong with a map."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from dinoexplorer.latent.latent_map import map_path, read_map, write_map
from dinoexplorer.latent.map_data import MapData
from dinoexplorer.latent.map_keeping import own_map_path
from dinoexplorer.latent.network_fitting import fit_network
from dinoexplorer.latent.projections import Projected
from dinoexplorer.latent.projections.tsne import NeighbourEmbedding


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("DINOEXPLORER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(
        "dinoexplorer.latent.map_stages.fit_network",
        lambda xy, codes, seed, progress: fit_network(xy, codes, seed, progress, steps=50),
    )


@pytest.fixture
def deep(new_desk, write_fake, tmp_path):
    """A window in which a 6-D fake with a map by t-SNE is open."""
    desk = new_desk()
    desk.open(write_fake(tmp_path / "deep.safetensors", 6, points=80, method="tsne"))
    return desk


@pytest.fixture
def slow_tsne(monkeypatch):
    """A t-SNE that goes on when it is told to."""
    gate, asked = threading.Event(), []

    def project(_self, codes, seed, progress=None):
        asked.append(len(codes))
        for step in range(1, 200):
            progress(step, 200)
            if step == 3:
                assert gate.wait(20)
        return Projected(codes[:, :2] * 2)

    monkeypatch.setattr(NeighbourEmbedding, "project", project)
    monkeypatch.setattr("dinoexplorer.latent.projections._is_there", lambda package: package == "openTSNE")
    gate.asked = asked
    yield gate
    gate.set()


def choice_of(desk):
    return desk.explorer.map_panel.choice


def action_of(desk, text):
    menu = choice_of(desk).chooser.choices()
    menu.aboutToShow.emit()
    return next(action for action in menu.actions() if action.text() == text)


def choose(desk, text):
    action_of(desk, text).trigger()


def settle(desk):
    choice = choice_of(desk)
    desk.qtbot.waitUntil(lambda: not choice.maker.working, timeout=60_000)
    desk.wait_for_picture()


def wait_for_threads(desk):
    """Until what was cancelled has ended too, and has told what it would tell."""
    threads = choice_of(desk).maker._background._threads
    desk.qtbot.waitUntil(lambda: not any(thread.is_alive() for thread in threads), timeout=20_000)
    QApplication.processEvents()


def shown(desk):
    return desk.explorer.map_panel.steering.map


def marker(desk):
    return desk.canvas.marker.x, desk.canvas.marker.y


# Other layouts


def test_another_layout_moves_the_points_and_leaves_us_where_we_stand(deep):
    before, latent = deep.canvas.grab().toImage(), deep.latent
    worth = deep.explorer.map_panel._worth
    assert worth.text() == "t-SNE: how far to trust it was not measured."
    choose(deep, "PCA")
    settle(deep)
    assert choice_of(deep).chooser.text() == "PCA"
    assert deep.latent is latent
    assert deep.canvas.grab().toImage() != before
    assert worth.text().startswith("PCA of what the pictures look like: neighbours ")
    assert worth.text().endswith("% of the code.")
    assert action_of(deep, "PCA").isChecked()
    nearest = np.linalg.norm(shown(deep).latents - latent, axis=1).argmin()
    np.testing.assert_allclose(marker(deep), shown(deep).xy[nearest], atol=1e-4)


def test_pca_can_be_steered_by_before_its_way_back_is_learned(deep, monkeypatch):
    gate, real = threading.Event(), fit_network

    def fit(xy, codes, seed, progress):
        assert gate.wait(20)
        return real(xy, codes, seed, progress, steps=50)

    monkeypatch.setattr("dinoexplorer.latent.map_stages.fit_network", fit)
    with deep.qtbot.waitSignal(choice_of(deep).chosen, timeout=20_000):
        choose(deep, "PCA")
    assert choice_of(deep).maker.working
    deep.click_map(*map(float, shown(deep).xy[5]))
    deep.wait_for_picture()
    np.testing.assert_allclose(deep.latent, shown(deep).latents[5], atol=0.05)
    view = deep.canvas.view_transform.zoomed(3, deep.canvas.rect().center().toPointF(), 0, 1e9)
    deep.canvas.show_view(view)
    gate.set()
    settle(deep)
    assert any(name.startswith("network") for name in shown(deep).inverse)
    assert deep.canvas.view_transform.scale == view.scale  # what was looked at stays


def test_a_layout_that_was_made_once_is_remembered_with_the_checkpoint(deep):
    path = deep.generator.info.path
    choose(deep, "PCA")
    settle(deep)
    places = shown(deep).xy
    deep.explorer.map_panel.set_map(None, "")
    deep.open(path)
    assert choice_of(deep).chooser.text() == "PCA"
    assert np.array_equal(shown(deep).xy, places)
    assert read_map(map_path(path)).method == "tsne"  # the file beside the checkpoint is as it was


def test_a_long_layout_tells_how_far_it_is_and_the_map_stays_usable(deep, slow_tsne):
    choose(deep, "PCA")
    settle(deep)
    choose(deep, "t-SNE")
    progress = choice_of(deep).progress
    deep.qtbot.waitUntil(lambda: "laying out" in progress.text, timeout=20_000)
    assert progress.isVisible()
    before = deep.latent
    deep.click_map(0.3, 0.3)
    deep.wait_for_picture()
    assert deep.latent is not before
    slow_tsne.set()
    settle(deep)
    assert progress.isHidden()
    assert shown(deep).method == "tsne"


def test_cancel_works_at_once_and_loses_nothing(deep, slow_tsne):
    choose(deep, "PCA")
    settle(deep)
    choose(deep, "t-SNE")
    progress = choice_of(deep).progress
    deep.qtbot.waitUntil(progress.isVisible, timeout=20_000)
    deep.qtbot.mouseClick(progress.cancel_button, Qt.MouseButton.LeftButton)
    assert progress.isHidden()  # though the thread still hangs
    assert not choice_of(deep).maker.working
    choose(deep, "Two dimensions…")
    settle(deep)
    slow_tsne.set()
    wait_for_threads(deep)
    assert shown(deep).method == "slice"  # what was cancelled comes no more
    choose(deep, "t-SNE")
    settle(deep)
    assert shown(deep).method == "tsne"
    assert slow_tsne.asked == [80, 80]
    choose(deep, "PCA")
    settle(deep)
    choose(deep, "t-SNE")
    settle(deep)
    assert slow_tsne.asked == [80, 80]  # what was made once comes from the cache


def test_what_is_chosen_later_wins(deep, slow_tsne):
    choose(deep, "PCA")
    settle(deep)
    choose(deep, "t-SNE")
    choose(deep, "Two dimensions…")
    settle(deep)
    slow_tsne.set()
    wait_for_threads(deep)
    assert shown(deep).method == "slice"


def test_another_checkpoint_ends_what_was_under_way(deep, slow_tsne, write_fake, tmp_path):
    choose(deep, "PCA")
    settle(deep)
    choose(deep, "t-SNE")
    deep.open(write_fake(tmp_path / "other.safetensors", 2, points=30))
    assert not choice_of(deep).maker.working
    slow_tsne.set()
    assert choice_of(deep).chooser.text() == "Latent plane"
    assert len(shown(deep)) == 30


def test_what_goes_wrong_is_a_sentence_in_the_panel_until_it_is_dismissed(deep, monkeypatch):
    def project(_self, codes, seed, progress=None):
        raise ValueError("perplexity is too high\nfor this")

    monkeypatch.setattr(NeighbourEmbedding, "project", project)
    monkeypatch.setattr("dinoexplorer.latent.projections._is_there", lambda package: package == "openTSNE")
    before = shown(deep)
    choose(deep, "t-SNE")
    settle(deep)
    progress = choice_of(deep).progress
    assert progress.text == "This map could not be made: perplexity is too high; choose another kind of map."
    assert shown(deep) is before
    deep.qtbot.mouseClick(progress.dismiss_button, Qt.MouseButton.LeftButton)
    assert progress.text == ""


def test_kinds_whose_package_is_missing_cannot_be_chosen_and_say_what_to_install(deep, monkeypatch):
    monkeypatch.setattr("dinoexplorer.latent.projections._is_there", lambda _package: False)
    action = action_of(deep, "UMAP")
    assert not action.isEnabled()
    assert action.toolTip() == "UMAP is not installed; install it with: pip install 'dinoexplorer[umap]'."
    assert action_of(deep, "PCA").isEnabled()


def test_the_menu_drops_down_by_its_key(deep):
    chooser = choice_of(deep).chooser
    opened = []
    chooser.choices().aboutToShow.connect(lambda: opened.append(True))
    chooser.setPopupMode(chooser.ToolButtonPopupMode.DelayedPopup)  # so that the test need not close a menu
    chooser.clicked.connect(lambda: opened.append(True))
    deep.qtbot.keyClick(deep.window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert opened


def test_only_a_space_of_two_dimensions_offers_itself(deep, desk):
    for window, offers in ((deep, False), (desk, True)):
        menu = choice_of(window).chooser.choices()
        menu.aboutToShow.emit()
        texts = [action.text() for action in menu.actions()]
        assert ("Latent plane" in texts) is offers
        assert ("Two dimensions…" in texts) is not offers


# Planes


def test_two_dimensions_are_shown_with_the_others_held_where_we_stand(deep):
    latent = deep.latent.copy()
    choose(deep, "Two dimensions…")
    settle(deep)
    first, second = map(int, deep.explorer.document.spec.order()[:2])
    np.testing.assert_allclose(marker(deep), latent[[first, second]], atol=1e-5)
    deep.click_map(0.5, -0.7)
    deep.wait_for_picture()
    np.testing.assert_allclose(deep.latent[[first, second]], [0.5, -0.7], atol=0.05)
    others = [number for number in range(6) if number not in {first, second}]
    np.testing.assert_allclose(deep.latent[others], latent[others], atol=1e-6)
    assert deep.explorer.map_panel._worth.text().startswith("Flat cut: a place is exactly one code; it shows ")


def test_the_two_dimensions_are_changed_one_by_one_and_change_places_when_both_are_one(deep):
    choose(deep, "Two dimensions…")
    settle(deep)
    row, spec = choice_of(deep).dimensions, deep.explorer.document.spec
    first, _, third = map(int, spec.order()[:3])
    assert row.isVisible()
    for place, number, expected in ((1, third, (first, third)), (0, third, (third, first))):
        menu = row.buttons[place].choices()
        menu.aboutToShow.emit()
        next(action for action in menu.actions() if action.text() == spec.name(number)).trigger()
        settle(deep)
        assert [button.text() for button in row.buttons] == [spec.name(each) for each in expected]
        np.testing.assert_allclose(shown(deep).xy, shown(deep).latents[:, expected], atol=1e-5)
    choose(deep, "PCA")
    settle(deep)
    assert row.isHidden()


def test_the_principal_plane_goes_through_where_we_stand(deep):
    deep.press("random")
    deep.wait_for_picture()
    latent = deep.latent.copy()
    choose(deep, "Principal plane here")
    settle(deep)
    deep.click_map(*marker(deep))
    deep.wait_for_picture()
    np.testing.assert_allclose(deep.latent, latent, atol=0.1)
    assert choice_of(deep).chooser.text() == "Flat cut"


def test_a_plane_goes_through_three_points_that_are_clicked(deep):
    latents, xy = shown(deep).latents, shown(deep).xy
    steps = deep.undo_steps()
    choose(deep, "Through three points…")
    picker = choice_of(deep).picker
    assert picker.isVisible()
    assert picker.sentence.startswith("Click point 1 of 3")
    plain = deep.canvas.grab().toImage()
    chosen = []
    for index in (3, 40, 61):
        at = deep.place(*map(float, xy[index]))
        chosen.append(deep.canvas.points.nearest(deep.canvas.view_transform, at.toPointF(), 9))
        deep.qtbot.mouseClick(picker, Qt.MouseButton.LeftButton, pos=at)
        assert deep.canvas.grab().toImage() != plain
    settle(deep)
    assert picker.isHidden()
    assert deep.undo_steps() == steps  # picking steers nothing
    np.testing.assert_array_equal(shown(deep).inverse["slice.origin"], latents[chosen[0]])  # the point's own code
    for index in chosen:
        deep.click_map(*map(float, shown(deep).xy[index]))
        deep.wait_for_picture()
        np.testing.assert_allclose(deep.latent, latents[index], atol=0.1)


def test_a_plane_goes_through_the_three_points_that_are_chosen(deep):
    latents = shown(deep).latents
    deep.explorer.map_panel.tools.selection_changed.emit(np.array([3, 40, 61]))
    choose(deep, "Through three points…")
    settle(deep)
    np.testing.assert_allclose(shown(deep).inverse["slice.origin"], latents[3])


def test_picking_by_keyboard_takes_where_we_stand_and_escape_ends_it(deep):
    choose(deep, "Through three points…")
    picker = choice_of(deep).picker
    deep.qtbot.keyClick(picker, Qt.Key.Key_Return)
    assert picker.sentence.startswith("Click point 2 of 3")
    deep.qtbot.keyClick(picker, Qt.Key.Key_Escape)
    assert picker.isHidden()
    assert shown(deep).method == "tsne"


def test_three_points_on_a_line_are_refused_in_a_sentence(deep):
    choose(deep, "Through three points…")
    picker = choice_of(deep).picker
    for _ in range(3):
        deep.qtbot.keyClick(picker, Qt.Key.Key_Return)
    settle(deep)
    assert choice_of(deep).progress.text == (
        "These three codes lie on one line, so no single plane goes through them; change one."
    )


def test_without_a_map_two_dimensions_can_be_steered_all_the_same(new_desk, write_fake, tmp_path):
    desk = new_desk()
    desk.open(write_fake(tmp_path / "bare.safetensors", 5, points=0))
    for text in ("Two dimensions…", "Principal plane here"):
        choose(desk, text)
        settle(desk)
        before = desk.latent
        desk.drag(desk.canvas, [QPoint(40, 40), QPoint(90, 80)])
        desk.wait_for_picture()
        assert not np.array_equal(desk.latent, before)
    assert not action_of(desk, "PCA").isEnabled()
    assert choice_of(desk).small_offer.button.isVisible()


# Maps that are odd, damaged or of something else


def write_odd(path, change):
    latent_map = change(read_map(map_path(path)))
    write_map(map_path(path), latent_map)
    return path


ODD = {
    "one point": lambda m: replace(
        m, latents=m.latents[:1], xy=m.xy[:1], labels=m.labels[:1], thumbnails=m.thumbnails[:1]
    ),
    "all points equal": lambda m: replace(m, latents=np.ones_like(m.latents), xy=np.ones_like(m.xy)),
    "one place": lambda m: replace(m, xy=np.ones_like(m.xy)),
    "identical labels": lambda m: replace(m, labels=np.zeros_like(m.labels)),
    "no sprite": lambda m: replace(m, thumbnails=m.thumbnails[:0]),
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("dim", [2, 6])
def test_an_odd_map_is_shown_and_laid_out_or_refused_in_a_sentence(new_desk, write_fake, tmp_path, odd, dim):
    desk = new_desk()
    desk.open(write_odd(write_fake(tmp_path / "odd.safetensors", dim, points=80), ODD[odd]))
    desk.canvas.grab()
    desk.drag(desk.canvas, [QPoint(60, 60), QPoint(120, 90)])
    desk.wait_for_picture()
    choose(desk, "PCA")
    settle(desk)
    sentence = choice_of(desk).progress.text
    assert bool(sentence) == (odd in {"one point", "all points equal", "no sprite"})
    if dim == 6:
        choose(desk, "Two dimensions…")
        settle(desk)
        assert shown(desk).method == "slice"


@pytest.mark.parametrize("dim", [2, 5])
@pytest.mark.parametrize("harm", ["of another checkpoint", "damaged", "not numbers"])
def test_a_map_that_cannot_be_used_offers_to_make_it_anew_in_place(new_desk, write_fake, tmp_path, dim, harm):
    path = write_fake(tmp_path / "old.safetensors", dim, points=80)
    if harm == "damaged":
        map_path(path).write_bytes(b"PK no map")
    elif harm == "not numbers":
        write_odd(path, lambda m: replace(m, xy=m.xy * np.nan))
    else:
        write_odd(path, lambda m: replace(m, checkpoint_sha256="0" * 64))
    desk = new_desk()
    desk.open(path)
    offer = choice_of(desk).small_offer if dim == 2 else choice_of(desk).offer
    assert offer.isVisible()
    assert "old.map.npz" in offer.label.text()
    assert offer.button.text() == "Make it anew"
    desk.qtbot.mouseClick(offer.button, Qt.MouseButton.LeftButton)
    settle(desk)
    assert not offer.isVisible()
    assert len(shown(desk)) == 2000
    assert len(read_map(map_path(path))) == 2000


# Making one


def test_a_map_of_its_own_samples_is_made_with_progress_and_kept(new_desk, write_fake, tmp_path):
    desk = new_desk()
    path = write_fake(tmp_path / "gan.safetensors", 5, points=0)
    desk.open(path)
    choice, latent = choice_of(desk), desk.latent
    assert "2,000 pictures of its own" in choice.offer.button.toolTip()
    assert not choice.offer.folder_button.isVisible()
    stages = []
    choice.maker.progressed.connect(lambda step: stages.append(step.stage))
    desk.qtbot.mouseClick(choice.offer.button, Qt.MouseButton.LeftButton)
    settle(desk)
    assert list(dict.fromkeys(stages)) == [
        "decoding", "comparing pictures", "laying out", "learning the way back", "measuring",
    ]  # fmt: skip
    assert desk.latent is latent
    assert desk.canvas.marker is not None
    assert desk.explorer.map_panel._worth.text().startswith("PCA of what the pictures look like: neighbours ")
    assert len(read_map(map_path(path))) == 2000
    desk.open(path)
    assert len(shown(desk)) == 2000


def test_a_map_in_making_can_be_cancelled_and_goes_on_where_it_was(new_desk, write_fake, tmp_path, monkeypatch):
    desk = new_desk()
    desk.open(write_fake(tmp_path / "gan.safetensors", 5, points=0))
    choice, decoded, gate = choice_of(desk), [], threading.Event()
    real = desk.generator.decode

    def decode(codes):
        decoded.append(len(codes))
        if sum(decoded) > 600:
            assert gate.wait(20)
        return real(codes)

    monkeypatch.setattr(desk.generator, "decode", decode)
    choice.make()
    desk.qtbot.waitUntil(lambda: sum(decoded) > 600, timeout=20_000)
    choice.progress.cancelled.emit()
    assert choice.offer.isVisible()
    first = sum(decoded)
    gate.set()
    wait_for_threads(desk)
    choice.make()
    settle(desk)
    assert len(shown(desk)) == 2000
    assert sum(size for size in decoded if size > 1) == 2000
    assert first < 2000


def test_a_map_beside_a_shipped_checkpoint_is_left_alone(new_desk, write_fake, tmp_path, monkeypatch):
    path = write_fake(tmp_path / "shipped.safetensors", 5, points=0)
    monkeypatch.setattr("dinoexplorer.ui.latent_map_view.map_choice.shipped_checkpoints", lambda: [path])
    desk = new_desk()
    desk.open(path)
    choice_of(desk).make()
    settle(desk)
    assert not map_path(path).exists()
    assert own_map_path(desk.generator.info).exists()
    desk.explorer.map_panel.set_map(None, "")
    desk.open(path)
    assert len(shown(desk)) == 2000


def test_pictures_for_a_generator_without_an_encoder_are_refused_in_a_sentence(deep, tmp_path):
    choice_of(deep).make_of(str(tmp_path))
    assert choice_of(deep).progress.text == (
        "deep.safetensors has no encoder, so pictures cannot be placed in its space; "
        "its map is made of 2,000 pictures of its own."
    )


@pytest.fixture
def encoding(new_desk, write_fake, tmp_path):
    """A window over a fake that encodes: a picture's mean colour and three numbers of its pixels."""

    def build(*, pictures=None, dim=5):
        desk = new_desk()
        desk.open(write_fake(tmp_path / "vae.safetensors", dim, points=0))
        generator = desk.generator
        generator.info = replace(generator.info, encoder=True)
        generator.encode = lambda images: images.reshape(len(images), -1)[:, ::7][:, :dim].astype(np.float32) / 64 - 2
        opened = replace(desk.explorer.opened, pictures=pictures)
        choice_of(desk).set_opened(opened)
        choice_of(desk).set_shown(None)
        return desk

    return build


def drop(widget, path, *, drag_only=False):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(40, 40), Qt.DropAction.CopyAction, data, left, none)
    enter.ignore()
    QApplication.sendEvent(widget, enter)
    if not drag_only:
        QApplication.sendEvent(widget, QDropEvent(QPointF(40, 40), Qt.DropAction.CopyAction, data, left, none))


def test_a_folder_that_is_dropped_on_the_map_is_mapped_with_its_classes(encoding, tmp_path, save_pictures):
    for kind in ("big", "small & quick"):
        save_pictures(tmp_path / "animals" / kind, count=5)
    desk = encoding()
    drop(desk.explorer.map_panel, tmp_path / "animals")
    settle(desk)
    assert len(shown(desk)) == 10
    assert shown(desk).classes == ("big", "small & quick")
    assert shown(desk).basis == "codes"
    assert len(desk.explorer.map_panel.legend.toggles()) == 2
    assert action_of(desk, "Make it anew").isEnabled()


def test_a_map_file_or_a_checkpoint_is_left_to_the_window(encoding, tmp_path):
    desk = encoding()
    for name in ("a.map.npz", "b.safetensors"):
        (tmp_path / name).write_text("")
        drop(desk.explorer.map_panel, tmp_path / name, drag_only=True)
        assert desk.window.status_line.message == f"drop to open {name}"


def test_what_it_was_trained_on_is_mapped_where_it_can_be_reached(encoding, tmp_path, save_pictures):
    save_pictures(tmp_path / "animals", count=6)
    desk = encoding(pictures=MapData(str(tmp_path / "animals")))
    offer = choice_of(desk).offer
    assert offer.button.toolTip() == "Of the pictures in animals."
    assert offer.folder_button.text() == "Of a folder…"
    desk.qtbot.mouseClick(offer.button, Qt.MouseButton.LeftButton)
    settle(desk)
    assert len(shown(desk)) == 6


def test_where_nothing_is_known_of_the_training_a_folder_is_asked_for(encoding, tmp_path, save_pictures):
    save_pictures(tmp_path / "animals", count=6)
    desk = encoding()
    choice = choice_of(desk)
    assert choice.offer.folder_button.text() == "Make a map of a folder…"
    assert not choice.offer.button.isVisible()
    desk.qtbot.mouseClick(choice.offer.folder_button, Qt.MouseButton.LeftButton)
    dialog = choice.dialog.dialog
    assert dialog.windowTitle() == "Make a map of the pictures of a folder"
    dialog.fileSelected.emit(str(tmp_path / "animals"))
    dialog.close()
    settle(desk)
    assert len(shown(desk)) == 6


def test_a_folder_without_pictures_is_a_sentence_in_the_panel(encoding, tmp_path):
    (tmp_path / "empty").mkdir()
    desk = encoding()
    drop(desk.explorer.map_panel, tmp_path / "empty")
    settle(desk)
    assert "empty" in choice_of(desk).progress.text
    assert choice_of(desk).progress.text.endswith(".")


def test_a_model_that_has_learned_nothing_says_so(encoding, tmp_path, save_pictures):
    save_pictures(tmp_path / "animals", count=6)
    desk = encoding(pictures=MapData(str(tmp_path / "animals")))
    for value, sentence in (
        (np.nan, "The codes of 6 of 6 images are not numbers, so vae.safetensors cannot be mapped;"),
        (0.0, "All 6 images have one and the same code, so there is nothing to lay out;"),
    ):
        desk.generator.encode = lambda images, value=value: np.full((len(images), 5), value, np.float32)
        desk.generator.info = replace(desk.generator.info, sha256=f"{value}")
        choice_of(desk).make()
        settle(desk)
        assert choice_of(desk).progress.text.startswith(sentence)

"""Pins over the clipboard and through files, in the window."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog

from dinoexplorer.ui.pins import pin_traffic

CODES = np.array([[0.5, -1.25], [1 / 3, 2.0]], np.float32)


@pytest.fixture(autouse=True)
def clipboard(qapp):
    QGuiApplication.clipboard().clear()
    yield QGuiApplication.clipboard()
    QGuiApplication.clipboard().clear()


@pytest.fixture
def pins(desk):
    """What the document keeps, once so many are there."""

    def wait(count):
        document = desk.explorer.document
        desk.qtbot.waitUntil(lambda: len(document.pins) == count, timeout=10_000)
        desk.qtbot.waitUntil(lambda: not desk.explorer._turn.isActive(), timeout=10_000)
        return document.pins

    return wait


@pytest.fixture
def refused(desk):
    """The sentence that appears in the tray."""

    def wait():
        notice = desk.explorer.pins.panel.notice
        desk.qtbot.waitUntil(notice.isVisible, timeout=10_000)
        return notice.sentence

    return wait


def drop_files(gallery, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    held = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    gallery.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, *held))


def test_copied_pins_are_a_table_and_paste_back_with_their_names(desk, pins, clipboard):
    gallery = desk.explorer.pins.gallery
    desk.explorer.document.add_pins(zip(["horn", "tail"], CODES, strict=True))
    pins(2)
    desk.explorer.tray.show_tab("pins")
    desk.window.activateWindow()
    gallery.setFocus()
    gallery.selectAll()
    desk.press("copy")
    assert clipboard.text() == "name,z1,z2\r\nhorn,0.5,-1.25\r\ntail,0.333333343,2\r\n"
    assert desk.window.status_line.message == "copied 2 pins"
    desk.press("paste")
    assert [pin.name for pin in pins(4)] == ["horn", "tail", "horn", "tail"]
    clipboard.setText(clipboard.text())  # what is left of it in another program
    desk.press("paste")
    np.testing.assert_array_equal([pin.latent for pin in pins(6)][4:], CODES)


def test_the_present_code_is_copied_as_numbers_and_numbers_are_pasted(desk, pins, clipboard):
    desk.explorer.document.set_latent(CODES[1])
    desk.press("copy")
    assert clipboard.text() == "0.333333343,2"
    clipboard.setText("[0.5, -1.25]\n[3, 4]")
    desk.press("paste")
    assert [(pin.name, pin.latent.tolist()) for pin in pins(2)] == [("Pin 1", [0.5, -1.25]), ("Pin 2", [3, 4])]
    assert desk.window.status_line.message == "kept 2 pins"
    assert desk.undo_steps() == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There are no codes on the clipboard; copy pins, numbers or a picture first."),
        ("hello there", '"hello" is not a number; copy numbers alone, such as "0.5, 1.5".'),
        ("1 2 3", "This text holds 3 numbers and a code here has 2; copy 2 for each code."),
    ],
)
def test_what_cannot_be_pasted_is_refused_in_the_tray(desk, refused, clipboard, text, sentence):
    clipboard.setText(text)
    desk.press("paste")
    assert refused() == sentence
    assert desk.explorer.document.pins == ()
    desk.press("pin")  # what failed is over
    assert desk.explorer.pins.panel.notice.sentence == ""


@pytest.mark.parametrize("ending", [".npz", ".npy", ".csv"])
def test_pins_go_out_to_a_file_and_come_in_again(desk, pins, tmp_path, ending):
    exchange = desk.explorer.pins.exchange
    desk.explorer.document.add_pins(zip(["horn", "tail"], CODES, strict=True))
    kept = pins(2)
    exchange.ask_for_export(kept)
    assert isinstance(exchange.chooser.dialog, QFileDialog)
    exchange.chooser.dialog.close()
    path = tmp_path / f"mine{ending}"
    exchange.chooser.codes_place_chosen.emit(path)
    desk.qtbot.waitUntil(lambda: desk.window.status_line.message == f"exported 2 pins to {path}", timeout=10_000)
    drop_files(desk.explorer.pins.gallery, path)
    back = pins(4)[2:]
    np.testing.assert_array_equal([pin.latent for pin in back], CODES)
    expected = ["mine 1", "mine 2"] if ending == ".npy" else ["horn", "tail"]
    assert [pin.name for pin in back] == expected
    assert desk.explorer.tray.current == "pins"


def test_chosen_files_of_tensors_are_imported_and_undone_in_one_step(desk, pins, tmp_path):
    import torch

    torch.save(torch.tensor(CODES[0]), tmp_path / "smile.pt")
    np.save(tmp_path / "frown.npy", CODES[1])
    exchange = desk.explorer.pins.exchange
    exchange.ask_for_import(desk.explorer.document)
    exchange.chooser.dialog.close()
    exchange.chooser.codes_chosen.emit([tmp_path / "smile.pt", tmp_path / "frown.npy"])
    assert [pin.name for pin in pins(2)] == ["smile", "frown"]
    desk.press("undo")
    assert desk.explorer.document.pins == ()


def test_copied_files_are_pasted(desk, pins, clipboard, tmp_path):
    np.save(tmp_path / "frown.npy", CODES)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "frown.npy"))])
    clipboard.setMimeData(data)
    desk.press("paste")
    assert [pin.name for pin in pins(2)] == ["frown 1", "frown 2"]


def test_a_file_that_cannot_be_read_or_written_is_refused_in_the_tray(desk, refused, tmp_path):
    exchange, notice = desk.explorer.pins.exchange, desk.explorer.pins.panel.notice
    np.save(tmp_path / "wide.npy", np.zeros((2, 7), np.float32))
    drop_files(desk.explorer.pins.gallery, tmp_path / "wide.npy")
    assert refused() == (
        "wide.npy does not fit: this generator takes latents of 2 numbers and was given 7; give 2 values per picture."
    )
    notice.hide()
    np.savez(tmp_path / "projected_w.npz", w=np.zeros((1, 14, 512), np.float32))
    drop_files(desk.explorer.pins.gallery, tmp_path / "projected_w.npz")
    assert refused() == (
        "projected_w.npz holds a code in w and this generator takes z; open the StyleGAN that made it."
    )
    notice.hide()
    exchange.ask_for_export((desk.explorer.document.add_pin(),))
    exchange.chooser.dialog.close()
    exchange.chooser.codes_place_chosen.emit(tmp_path / "pins.txt")
    assert refused() == "pins.txt does not end in .npy, .npz or .csv; choose one."


def test_more_codes_than_pins_are_made_for_are_refused(desk, refused, tmp_path, monkeypatch):
    monkeypatch.setattr(pin_traffic, "MOST", 1)
    np.save(tmp_path / "many.npy", CODES)
    drop_files(desk.explorer.pins.gallery, tmp_path / "many.npy")
    assert refused() == "many.npy: 2 codes are more than pins are made for, which is 1; take a part of them."


def test_a_document_is_no_file_of_codes(tmp_path):
    assert not pin_traffic.is_import(tmp_path / "mine.dino.json")
    assert pin_traffic.is_import(tmp_path / "mine.JSON")


@pytest.fixture
def slow(monkeypatch, tmp_path):
    """A file that is read once the gate is open."""
    gate, read = threading.Event(), pin_traffic.import_pins
    monkeypatch.setattr(pin_traffic, "import_pins", lambda path, spec: gate.wait(20) and read(path, spec))
    np.save(tmp_path / "slow.npy", CODES)
    yield gate
    gate.set()


def test_reading_that_takes_long_can_be_stopped_at_once(desk, slow, tmp_path):
    panel, traffic = desk.explorer.pins.panel, desk.explorer.pins.exchange.traffic
    desk.explorer.tray.show_tab("pins")
    drop_files(desk.explorer.pins.gallery, tmp_path / "slow.npy")
    desk.qtbot.waitUntil(panel.reading.isVisible, timeout=10_000)
    assert panel.reading._text.text() == "Reading slow.npy…"
    desk.qtbot.mouseClick(panel.reading.stop, Qt.MouseButton.LeftButton)
    assert not panel.reading.isVisible()
    with desk.qtbot.waitSignal(traffic._background.finished, timeout=10_000):
        slow.set()
    assert desk.explorer.document.pins == ()


def test_what_arrives_for_a_document_that_is_gone_is_dropped(desk, slow, write_fake, tmp_path):
    traffic = desk.explorer.pins.exchange.traffic
    drop_files(desk.explorer.pins.gallery, tmp_path / "slow.npy")
    desk.open(write_fake(tmp_path / "other.safetensors", 2, points=20, hue=0.5))
    with desk.qtbot.waitSignal(traffic.arrived, timeout=10_000):
        slow.set()
    assert desk.explorer.document.pins == ()


def test_the_kind_of_file_follows_the_filter_that_is_chosen(desk, pins, tmp_path):
    exchange = desk.explorer.pins.exchange
    exchange.ask_for_export((desk.explorer.document.add_pin(),))
    dialog = exchange.chooser.dialog
    assert dialog.defaultSuffix() == "npz"
    dialog.filterSelected.emit("Table, with names (*.csv)")
    assert dialog.defaultSuffix() == "csv"
    dialog.close()

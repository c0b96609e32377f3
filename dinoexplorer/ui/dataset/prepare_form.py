"""What a dataset is to be made of and how: the form."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QWidget

from dinoexplorer.datasets.orders import Crop, Preparation, free_folder
from dinoexplorer.ui.dataset.crop_choice import CropChoice
from dinoexplorer.ui.dataset.source_list import SourceList
from dinoexplorer.ui.morph.export_choice import Choice, ExportChoice
from dinoexplorer.ui.morph.export_fields import ColourField, FileField, NumberField
from dinoexplorer.ui.train.text_control import HEIGHT
from dinoexplorer.ui.train.tick_box import TickBox

_FILE = "file"
_LABELS = (
    Choice("folder", "The first folder, or what the source tells"), Choice("none", "None"),
    Choice(_FILE, "A table of names and labels"),
)  # fmt: skip
_NEAR = (Choice("4", "Keep the best of each"), Choice("8", "Also those that are alike"), Choice("-1", "Keep them all"))
_FORMATS = (Choice("0", "PNG, exact"), Choice("92", "JPEG, small"))
_LARGEST_SIDE = 4096


class PrepareForm(QWidget):
    """Reads nothing from disk. `edited` tells of every change."""

    edited = Signal()
    out_wanted = Signal()
    table_wanted = Signal()

    def __init__(self, home: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._proposed: Path | None = None
        self.sources, self.crop = SourceList(self), CropChoice(self)
        self.side = NumberField("Side of the pictures", 8, _LARGEST_SIDE, 8, self)
        self.grey = TickBox("Grey", self)
        self.background = ColourField("Background", self)
        self.labels = ExportChoice("Classes", _LABELS, self)
        self.table = FileField("Table of labels", "labels.csv", self)
        self.near = ExportChoice("Near duplicates", _NEAR, self)
        self.smallest = NumberField("Shortest side at least", 1, _LARGEST_SIDE, 8, self)
        self.widest = NumberField("Longest side at most", 1, 1000, parent=self)
        self.format = ExportChoice("Format", _FORMATS, self)
        self.held_out = NumberField("Share held out in percent", 0, 50, parent=self)
        self.linear = TickBox("Resize in linear light", self)
        self.frames = TickBox("Every frame of animations", self)
        self.out = FileField("Dataset folder", parent=self)
        self._explain()
        self._lay_out()
        self._connect()
        self.show_preparation(Preparation((), Path()))

    def show_preparation(self, preparation: Preparation) -> None:
        """Show what another dataset was made of and how, silently; without a folder one is proposed."""
        wanted = preparation
        self.sources.set_sources(wanted.sources)
        self.sources.network.setChecked(wanted.network)
        for field, number in (
            (self.side, wanted.size), (self.smallest, wanted.smallest), (self.widest, round(wanted.widest)),
            (self.held_out, round(100 * wanted.held_out)),
        ):  # fmt: skip
            field.show_text(str(number))
        self.crop.choose(wanted.crop)
        for box, on in (
            (self.grey, wanted.channels == 1), (self.linear, wanted.gamma_correct), (self.frames, wanted.every_frame),
        ):  # fmt: skip
            box.setChecked(on)
        self.background.show_text(wanted.background)
        self.labels.choose(wanted.labels if wanted.labels in {"folder", "none"} else _FILE)
        self.table.field.setText("" if wanted.labels in {"folder", "none"} else wanted.labels)
        self.near.choose(str(wanted.near) if wanted.near in {4, 8, -1} else "4")
        self.format.choose("92" if wanted.quality else "0")
        self._proposed = None
        if wanted.out != Path():
            self.out.set_path(wanted.out)
        else:
            self.out.field.clear()
        self._follow()

    def propose_folder(self) -> None:
        """Name a dataset that is not there yet, unless a folder was typed; asks the disk whether it is there."""
        path = self.out.path
        if self.sources.sources and (path is None or path == self._proposed):
            self._proposed = free_folder(self._home, self.sources.sources, self.side.value or 128)
            self.out.set_path(self._proposed)

    @property
    def problem(self) -> str:
        """What has to be mended before there is a preparation."""
        numbers = (self.side, self.smallest, self.widest, self.held_out, self.background)
        for field in numbers:
            field.set_wrong(bool(field.problem))
        wrong = next((field.problem for field in numbers if field.problem), "")
        if wrong or not self.sources.sources:
            return wrong or "Add a folder, an archive or another source of pictures."
        if self.labels.present == _FILE and self.table.path is None:
            return "Say which table holds the labels."
        return "" if self.out.path is not None else "Say where the dataset goes."

    def preparation(self) -> Preparation:
        """What is asked for; only where there is no problem."""
        out, labels = self.out.path, self.labels.present
        if self.problem or out is None:
            raise ValueError("asked for the preparation of a form that has a problem")
        colour = self.background.value or (255, 255, 255)
        return Preparation(
            sources=self.sources.sources, out=out.absolute(), size=self.side.value or 1,
            channels=1 if self.grey.isChecked() else 3, crop=cast("Crop", self.crop.present),
            labels=str(self.table.path) if labels == _FILE else labels,
            background="#{:02x}{:02x}{:02x}".format(*colour), gamma_correct=self.linear.isChecked(),
            every_frame=self.frames.isChecked(), smallest=self.smallest.value or 1,
            widest=float(self.widest.value or 1), near=int(self.near.present), quality=int(self.format.present),
            held_out=(self.held_out.value or 0) / 100, network=self.sources.network.isChecked(),
        )  # fmt: skip

    def set_out(self, folder: Path) -> None:
        """Show where the dataset goes, as chosen by hand."""
        self._proposed = None
        self.out.set_path(folder)
        self.edited.emit()

    def set_table(self, path: Path) -> None:
        """Show where the labels are."""
        self.table.set_path(path)
        self.edited.emit()

    @Slot()
    def _on_edited(self) -> None:
        self.propose_folder()
        self._follow()
        self.edited.emit()

    def _follow(self) -> None:
        self._rows.setRowVisible(self.table, self.labels.present == _FILE)

    def _explain(self) -> None:
        for widget, text in (
            (self.side, "Side of the prepared pictures in pixels; best that of the model"),
            (self.background, "Lies under what is transparent, and around whole pictures"),
            (self.near, "Pictures that are the same but for size, compression or a little light"),
            (self.smallest, "Pictures with a shorter side are left out"),
            (self.widest, "Pictures that are more than this many times as long as wide are left out"),
            (self.held_out, "Share of the pictures that training does not see, to be measured on"),
            (self.linear, "Truer brightness of fine detail; slower"),
            (self.frames, "Take every frame of an animation, instead of the first"),
        ):
            widget.setToolTip(text)
        for box in (self.grey, self.linear, self.frames):
            box.setAccessibleName(box.text())

    def _lay_out(self) -> None:
        rows = self._rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 8, 0)
        rows.setHorizontalSpacing(12)
        rows.setVerticalSpacing(8)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        for text, field in (
            ("Sources", self.sources),
            ("Dataset", self.out),
            ("Size", self._row(self.side, "pixels", self.grey)),
            ("Crop", self.crop),
            ("Background", self._row(self.background)),
            ("Classes", self._row(self.labels)),
            ("", self.table),
            ("Near duplicates", self._row(self.near)),
            ("Leave out", self._row("below", self.smallest, "px, or")),
            ("", self._row(self.widest, "times as long as wide")),
            ("Format", self._row(self.format)),
            ("Held out", self._row(self.held_out, "percent")),
            ("", self.linear),
            ("", self.frames),
        ):
            label = QLabel(text, self)
            label.setMinimumHeight(HEIGHT + 2)
            label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            label.setContentsMargins(0, 6, 0, 0)
            rows.addRow(label, field)

    def _row(self, *parts: QWidget | str) -> QWidget:
        together = QWidget(self)
        row = QHBoxLayout(together)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in parts:
            row.addWidget(QLabel(part, together) if isinstance(part, str) else part)
        row.addStretch(1)
        return together

    def _connect(self) -> None:
        for choice in (self.labels, self.near, self.format):
            choice.edited.connect(self._on_edited)
        for field in (self.side, self.smallest, self.widest, self.held_out, self.background):
            field.edited.connect(self._on_edited)
        for box in (self.grey, self.linear, self.frames):
            box.toggled.connect(self._on_edited)
        for other in (self.sources, self.crop, self.table, self.out):
            other.edited.connect(self._on_edited)
        self.out.asked.connect(self.out_wanted)
        self.table.asked.connect(self.table_wanted)

"""What a film is to be: the form."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QWidget

from dinoexplorer.morph.export.choices import FOLDER, FilmChoice
from dinoexplorer.morph.export.making import Order
from dinoexplorer.morph.export.settings import ExportSettings, Quality
from dinoexplorer.morph.film import HIGHEST_RATE
from dinoexplorer.morph.look import LARGEST_SIDE, Card, Look, Scaling
from dinoexplorer.settings import ExportChoices
from dinoexplorer.ui.morph.export_choice import Choice, ExportChoice
from dinoexplorer.ui.morph.export_fields import ColourField, FileField, NumberField, SwitchedText
from dinoexplorer.ui.train.text_control import HEIGHT
from dinoexplorer.ui.train.tick_box import TickBox

_SCALINGS = (
    Choice("lanczos", "Sharp (Lanczos)"), Choice("bicubic", "Soft (bicubic)"), Choice("nearest", "Pixels as squares"),
)  # fmt: skip
_QUALITIES = (
    Choice("good", "Good, to look at"), Choice("small", "Small, to send"), Choice("master", "Master, to cut again"),
)  # fmt: skip
ONE, EVERY_PIN = "one", "pins"


class ExportForm(QWidget):
    """Reads nothing from disk. `edited` tells of every change."""

    edited = Signal()
    path_wanted = Signal()
    sound_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._films: tuple[FilmChoice, ...] = ()
        self.morph = ExportChoice("Which morph", (Choice(ONE, "The morph"),), self)
        self.path = FileField("Where the film goes", parent=self)
        self.kind = ExportChoice("Format", (), self)
        self.side = NumberField("Pixels of each side", 1, LARGEST_SIDE, 2, self)
        self.scaling = ExportChoice("How it is enlarged", _SCALINGS, self)
        self.fps = NumberField("Frames a second", 1, HIGHEST_RATE, parent=self)
        self.quality = ExportChoice("Quality", _QUALITIES, self)
        self.background = ColourField("Background", self)
        self.transparent = TickBox("Transparent", self)
        self.title = SwitchedText("Title card", "a text before the film", self)
        self.end = SwitchedText("End card", "a text after it", self)
        self.sound = FileField("Sound under the film", "none", self)
        self.sheet = TickBox("Also a contact sheet of sixteen frames", self)
        for box in (self.transparent, self.sheet):
            box.setAccessibleName(box.text())
        self._lay_out()
        self._connect()
        self._follow_kind()

    @property
    def film(self) -> FilmChoice | None:
        """The format that is chosen."""
        return next((film for film in self._films if film.key == self.kind.present), None)

    @property
    def films(self) -> tuple[FilmChoice, ...]:
        """The formats that are offered."""
        return self._films

    def set_films(self, films: Sequence[FilmChoice], chosen: str) -> None:
        """Offer these formats, and choose one by its key."""
        self._films = tuple(films)
        self.kind.set_choices([Choice(film.key, film.title, film.missing) for film in films])
        self.kind.choose(chosen)
        self._follow_kind()

    def set_pins(self, count: int) -> None:
        """Offer the same motion from each pin, of which there are so many."""
        pins = f"The same motion from each pin ({count}), side by side" if count else "The same motion from each pin"
        why_not = "" if count else "There are no pins; pin some places first."
        self.morph.set_choices((Choice(ONE, "The morph"), Choice(EVERY_PIN, pins, why_not)))
        if not count:
            self.morph.choose(ONE)

    def show_choices(self, choices: ExportChoices) -> None:
        """Show how a film was exported last, but for its format."""
        self.side.show_text(str(choices.side))
        self.scaling.choose(choices.scaling)
        self.fps.show_text(str(choices.fps))
        self.quality.choose(choices.quality)
        self.background.show_text(choices.background)
        self.transparent.setChecked(choices.transparent)
        self.sheet.setChecked(choices.sheet)
        self._follow_kind()

    def choices(self, before: ExportChoices) -> ExportChoices:
        """What is to be remembered."""
        path = self.path.path
        return ExportChoices.model_validate(
            {
                "kind": self.kind.present, "side": self.side.value or before.side, "scaling": self.scaling.present,
                "fps": self.fps.value or before.fps, "quality": self.quality.present,
                "background": self.background.text() if self.background.value else before.background,
                "transparent": self.transparent.isChecked(), "sheet": self.sheet.isChecked(),
                "folder": before.folder if path is None else str(path.parent),
            }
        )  # fmt: skip

    def problem(self) -> str:
        """What has to be mended before there is an order."""
        fields = (self.side, self.fps, self.background, self.title, self.end)
        for field in fields:
            if isinstance(field, NumberField | ColourField):
                field.set_wrong(bool(field.problem))
        film = self.film
        if film is None:
            return "Looking which formats this machine can write…"
        if film.missing:
            return film.missing
        if self.path.path is None:
            return "Say where the film goes."
        return next((field.problem for field in fields if field.problem), "")

    def order(self) -> Order:
        """What is asked for; only where there is no problem."""
        film, path = self.film, self.path.path
        if film is None or path is None or self.problem():
            raise ValueError("asked for the order of a form that has a problem")
        transparent = film.alpha and self.transparent.isChecked()
        title, end = (Card(field.value) if field.value else None for field in (self.title, self.end))
        scaling, quality = cast("Scaling", self.scaling.present), cast("Quality", self.quality.present)
        look = Look(
            self.side.value, scaling, None if transparent else self.background.value, None, title, end,
        )  # fmt: skip
        sound = self.sound.path if film.sound else None
        sheet = path.with_name(f"{path.stem if film.suffix else path.name}-sheet.png")
        return Order(
            path, film.key == FOLDER, self.fps.value or 1, look,
            ExportSettings(quality, film.codec, audio=sound), sheet if self.sheet.isChecked() else None,
        )  # fmt: skip

    def set_path(self, path: Path) -> None:
        """Show where the film goes; the ending of another format chooses that format."""
        film = self.film
        if film is not None and path.suffix.lower() != film.suffix and film.key != FOLDER:
            other = next((each for each in self._films if each.suffix == path.suffix.lower()), None)
            if other is not None and other.suffix:
                self.kind.choose(other.key)
                self._follow_kind()
        self.path.set_path(path)

    @Slot()
    def _on_kind_chosen(self) -> None:
        """Another format has another ending."""
        film, path = self.film, self.path.path
        known = {each.suffix for each in self._films}
        if film is not None and path is not None and path.suffix.lower() in known:
            self.path.set_path(path.with_suffix(film.suffix))
        self._follow_kind()

    def _follow_kind(self) -> None:
        """Switch off what the format cannot do."""
        film = self.film
        alpha, sound = film is not None and film.alpha, film is not None and film.sound
        self.transparent.setEnabled(alpha)
        name = "This format" if film is None else film.title
        self.transparent.setToolTip("No background" if alpha else f"{name} cannot be transparent.")
        self.background.setEnabled(not (alpha and self.transparent.isChecked()))
        self.sound.setEnabled(sound)
        self.sound.setToolTip("A sound file, cut off at the end of the film" if sound else f"{name} has no sound.")

    @Slot()
    def _on_edited(self) -> None:
        self._follow_kind()
        self.edited.emit()

    def _lay_out(self) -> None:
        rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setHorizontalSpacing(12)
        rows.setVerticalSpacing(8)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        for text, field in (
            ("Film", self.morph),
            ("Save as", self.path),
            ("Format", _side_by_side(self.kind, self.quality)),
            ("Size", _side_by_side(self.side, QLabel("pixels", self), self.scaling)),
            ("Rate", _side_by_side(self.fps, QLabel("frames a second", self))),
            ("Background", _side_by_side(self.background, self.transparent)),
            ("Title card", self.title),
            ("End card", self.end),
            ("Sound", self.sound),
            ("", self.sheet),
        ):
            label = QLabel(text, self)
            label.setMinimumHeight(HEIGHT + 2)
            rows.addRow(label, field)

    def _connect(self) -> None:
        self.kind.edited.connect(self._on_kind_chosen)
        for choice in (self.morph, self.kind, self.scaling, self.quality):
            choice.edited.connect(self._on_edited)
        for field in (self.side, self.fps, self.background):
            field.edited.connect(self._on_edited)
        for other in (self.title, self.end, self.path, self.sound):
            other.edited.connect(self._on_edited)
        for box in (self.transparent, self.sheet):
            box.toggled.connect(self._on_edited)
        self.path.asked.connect(self.path_wanted)
        self.sound.asked.connect(self.sound_wanted)


def _side_by_side(*widgets: QWidget) -> QWidget:
    together = QWidget(widgets[0].parentWidget())
    row = QHBoxLayout(together)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return together

"""The metrics of a run by groups: check boxes that choose what is drawn, and the legend with the last values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from dinoexplorer.ui.texts import as_label, foreign_label
from dinoexplorer.ui.train.figures import short_number
from dinoexplorer.ui.train.metric_box import MetricBox

_ALONE = "other"
_FIRST = ("loss", "held_out", "accuracy", "kl", "gradient")
_AUTOENCODER = ("loss/total", "held_out/total")
_GAN = ("loss/discriminator", "loss/critic", "loss/generator", "accuracy/real", "accuracy/fake")


def grouped(names: Iterable[str]) -> dict[str, list[str]]:
    """Metrics by prefix, in the order in which a person looks for them; those without one come last."""
    groups: dict[str, list[str]] = {}
    for name in names:
        prefix, slash, _ = name.partition("/")
        groups.setdefault(prefix if slash else _ALONE, []).append(name)
    places = {name: place for place, name in enumerate(_FIRST)}
    order = sorted(groups, key=lambda name: (name == _ALONE, places.get(name, len(places))))
    return {name: groups[name] for name in order}


def first_choice(names: Iterable[str]) -> list[str]:
    """What is drawn before anybody chose: the loss against held-out pictures, or both sides of a GAN."""
    known = list(names)
    wanted = _AUTOENCODER if _AUTOENCODER[0] in known else _GAN
    return [name for name in wanted if name in known] or known[:1]


class CurveList(QScrollArea):
    """One check box for each metric with its mark and its value, last or where the pointer is."""

    chosen_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self._body = QWidget(self)
        self._rows = QGridLayout(self._body)
        self._rows.setContentsMargins(0, 0, 6, 0)
        self._rows.setHorizontalSpacing(6)
        self._rows.setVerticalSpacing(2)
        self._rows.setColumnStretch(0, 1)
        self.setWidget(self._body)
        for ground in (self.viewport(), self._body):
            ground.setAutoFillBackground(False)
        self._boxes: dict[str, MetricBox] = {}
        self._values: dict[str, QLabel] = {}
        self._slots: dict[str, int] = {}

    @property
    def boxes(self) -> Mapping[str, MetricBox]:
        """The check box of each metric."""
        return self._boxes

    def chosen(self) -> dict[str, int]:
        """The metrics to be drawn, each with the number that decides its colour and mark."""
        return {name: self._slots[name] for name in self._boxes if name in self._slots}

    def value_text(self, name: str) -> str:
        """What is shown beside a metric."""
        return self._values[name].text()

    def set_names(self, names: Iterable[str], chosen: Iterable[str]) -> None:
        """List these metrics; `chosen_changed` stays silent."""
        known = list(names)
        self._slots = {}
        for name in chosen:
            self._take_slot(name)
        self._clear()
        row = 0
        for group, members in grouped(known).items():
            head = QLabel(as_label(group.replace("_", " ")), self._body)
            head.setProperty("role", "small")
            self._rows.addWidget(head, row, 0, 1, 2)
            row += 1
            for name in members:
                self._add(name, row)
                row += 1
        self._rows.setRowStretch(row, 1)
        self._draw_marks()

    def set_values(self, values: Mapping[str, float]) -> None:
        """Show a value beside each metric."""
        for name, label in self._values.items():
            text = short_number(values.get(name, float("nan")))
            if text != label.text():
                label.setText(text)
                self._boxes[name].setAccessibleDescription(text)

    def sizeHint(self) -> QSize:
        return QSize(208, 200)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._body.setMaximumWidth(self.viewport().width())

    def _clear(self) -> None:
        for row in range(self._rows.rowCount()):
            self._rows.setRowStretch(row, 0)
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._boxes.clear()
        self._values.clear()

    def _add(self, name: str, row: int) -> None:
        box = MetricBox(name, self._body)
        box.setChecked(name in self._slots)
        box.toggled.connect(self._on_toggled)
        value = foreign_label(self._body)
        value.setProperty("role", "figures")
        self._rows.addWidget(box, row, 0)
        self._rows.addWidget(value, row, 1, Qt.AlignmentFlag.AlignRight)
        self._boxes[name], self._values[name] = box, value

    @Slot()
    def _on_toggled(self) -> None:
        for name, box in self._boxes.items():
            if box.isChecked():
                self._take_slot(name)
            else:
                self._slots.pop(name, None)
        self._draw_marks()
        self.chosen_changed.emit()

    def _take_slot(self, name: str) -> None:
        if name not in self._slots:
            taken = set(self._slots.values())
            self._slots[name] = next(slot for slot in range(len(taken) + 1) if slot not in taken)

    def _draw_marks(self) -> None:
        for name, box in self._boxes.items():
            box.set_slot(self._slots.get(name, -1))

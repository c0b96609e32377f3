"""The metrics of a run by groups: check boxes that choose what is drawn, and the legend with the last values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from dinoexplorer.ui.texts import as_label, foreign_label
from dinoexplorer.ui.train.figures import short_number
from dinoexplorer.ui.train.fold_button import FoldButton
from dinoexplorer.ui.train.metric_box import MetricBox
from dinoexplorer.ui.train.metric_groups import Family, folded, grouped


class CurveList(QScrollArea):
    """One check box for each metric with its mark and its value, last or where the pointer is.

    Numbered metrics of one kind share a fold; their check boxes are made when it is opened.
    """

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
        self._names: tuple[str, ...] = ()
        self._boxes: dict[str, MetricBox] = {}
        self._values: dict[str, QLabel] = {}
        self._figures: Mapping[str, float] = {}
        self._slots: dict[str, int] = {}
        self._folds: dict[str, FoldButton] = {}
        self._families: dict[str, Family] = {}
        self._open: set[str] = set()

    @property
    def boxes(self) -> Mapping[str, MetricBox]:
        """The check box of each metric that is not folded away."""
        return self._boxes

    @property
    def folds(self) -> Mapping[str, FoldButton]:
        """What folds numbered metrics, by what their names begin with."""
        return self._folds

    def chosen(self) -> dict[str, int]:
        """The metrics to be drawn, each with the number that decides its colour and mark."""
        return {name: self._slots[name] for name in self._names if name in self._slots}

    def value_text(self, name: str) -> str:
        """What is shown beside a metric."""
        return self._values[name].text()

    def set_names(self, names: Iterable[str], chosen: Iterable[str]) -> None:
        """List these metrics; `chosen_changed` stays silent."""
        self._names, self._slots = tuple(names), {}
        for name in chosen:
            self._take_slot(name)
        self._fill()

    def set_values(self, values: Mapping[str, float]) -> None:
        """Show a value beside each metric."""
        self._figures = values
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

    def _fill(self) -> None:
        self._clear()
        row = 0
        for group, members in grouped(self._names).items():
            head = QLabel(as_label(group.replace("_", " ")), self._body)
            head.setProperty("role", "small")
            head.setContentsMargins(3, 4 if row else 0, 0, 0)
            self._rows.addWidget(head, row, 0, 1, 2)
            row += 1
            for entry in folded(members):
                row = self._add_family(entry, row) if isinstance(entry, Family) else self._add(entry, row)
        self._rows.setRowStretch(row, 1)
        self._draw_marks()
        self.set_values(self._figures)

    def _clear(self) -> None:
        for row in range(self._rows.rowCount()):
            self._rows.setRowStretch(row, 0)
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._boxes.clear()
        self._values.clear()
        self._folds.clear()
        self._families.clear()

    def _add_family(self, family: Family, row: int) -> int:
        fold = FoldButton(family.label, self._body)
        fold.setObjectName(family.stem)
        fold.setChecked(family.stem in self._open)
        fold.clicked.connect(self._on_fold_clicked)
        self._rows.addWidget(fold, row, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        self._folds[family.stem], self._families[family.stem] = fold, family
        row += 1
        for name in family.members if fold.isChecked() else ():
            row = self._add(name, row)
        return row

    def _add(self, name: str, row: int) -> int:
        box = MetricBox(name, self._body)
        box.setChecked(name in self._slots)
        box.toggled.connect(self._on_toggled)
        value = foreign_label(self._body)
        value.setProperty("role", "figures")
        self._rows.addWidget(box, row, 0)
        self._rows.addWidget(value, row, 1, Qt.AlignmentFlag.AlignRight)
        self._boxes[name], self._values[name] = box, value
        return row + 1

    @Slot()
    def _on_fold_clicked(self) -> None:
        stem, has_focus = self.sender().objectName(), self.focusWidget() is self.sender()
        self._open ^= {stem}
        place = self.verticalScrollBar().value()
        self._fill()
        self._body.adjustSize()
        self.verticalScrollBar().setValue(place)
        if has_focus:
            self._folds[stem].setFocus()

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
        for stem, fold in self._folds.items():
            drawn = sum(name in self._slots for name in self._families[stem].members)
            fold.set_remark(f"{drawn} drawn" if drawn else "")

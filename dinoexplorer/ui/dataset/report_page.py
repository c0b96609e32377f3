"""What the checks of a dataset found: the worst first, each with what to do and what shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.datasets.findings import Finding, check_words, findings_of
from dinoexplorer.datasets.orders import step_of
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.dataset.child_work import ChildWork
from dinoexplorer.ui.dataset.finding_card import FindingCard
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.morph.export_choice import Choice, ExportChoice
from dinoexplorer.ui.progress_line import ProgressLine
from dinoexplorer.ui.scroll_area import scroll_area
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.train.picture_store import PictureStore

_NO_RECIPE = "none"


class ReportPage(QWidget):
    """Checks in a process of its own, on demand."""

    checked = Signal()

    def __init__(
        self, store: PictureStore, parent: QWidget | None = None, command: Sequence[str] | None = None
    ) -> None:
        super().__init__(parent)
        self._store, self._command = store, command
        self._folder: Path | None = None
        self.findings: tuple[Finding, ...] = ()
        self.work = ChildWork(self)
        self.recipe = ExportChoice("Recipe to try", [Choice(_NO_RECIPE, "Without trying a recipe")], self)
        self.recipe.setToolTip("With a recipe its model is tried on one batch and on noise, which takes up to a minute")
        self.check = IconButton("again", "Check the dataset", self, text="Check")
        self.check.setProperty("primary", True)
        self.cancel = IconButton("stop", "Stop checking", self, text="Cancel")
        self.said, self.bar = foreign_label(self), ProgressLine(self)
        self.said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.said.setWordWrap(True)
        self.said.setProperty("role", "muted")
        self._cards: list[FindingCard] = []
        self._lay_out()
        self.check.clicked.connect(self.begin)
        self.cancel.clicked.connect(self._on_cancel)
        self.work.told.connect(self._on_told)
        self.work.ended.connect(self._on_ended)
        self._show_state()

    def set_recipes(self, recipes: Sequence[tuple[str, str, str]]) -> None:
        """Offer these to be tried, given as name, title and what they are for."""
        choices = [Choice(f"recipe:{name}", f"Try {title or name}") for name, title, _ in recipes]
        self.recipe.set_choices([Choice(_NO_RECIPE, "Without trying a recipe"), *choices])

    def set_folder(self, folder: Path) -> None:
        """Be about another dataset; nothing is known of it yet."""
        if folder == self._folder:
            return
        self.work.drop()
        self._folder = folder
        self._take(())
        self.said.setText("Check the pictures before you train on them: it takes some seconds.")
        self._show_state()

    @Slot()
    def begin(self) -> None:
        """Check the dataset."""
        if self._folder is None:
            return
        recipe = self.recipe.present.partition(":")[2]
        self.said.setText("Checking…")
        self.bar.set_share(0)
        self.work.start(check_words(self._folder, recipe), self._command)
        self._show_state()
        self.cancel.setFocus()

    def begin_unless_known(self) -> None:
        """Check the dataset where that was not done yet."""
        if not self.findings and not self.work.working:
            self.begin()

    def close_down(self) -> None:
        """End the process and wait for it."""
        self.work.close()

    @Slot(object)
    def _on_told(self, told: Mapping[str, Any]) -> None:
        step, folder = step_of(told), self._folder
        if step is not None:
            self.said.setText(f"Checking: {step.what}…")
            self.bar.set_share(step.done / step.total if step.total else 0.0)
        found = None if folder is None else findings_of(told, folder)
        if found is not None:
            self._take(found)

    @Slot()
    def _on_cancel(self) -> None:
        self.work.drop()
        self.said.setText("Cancelled.")
        self._show_state()
        self.check.setFocus()

    @Slot(str)
    def _on_ended(self, failure: str) -> None:
        if failure:
            self.said.setText(f"The dataset could not be checked: {failure.rstrip('.')}.")
        elif not self.findings:
            self.said.setText("The check found nothing to say; look whether the dataset holds any picture.")
        else:
            self.said.setText(summary(self.findings))
        announce(self.said, self.said.text())
        self._show_state()
        self.check.setFocus()
        self.checked.emit()

    def _take(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        for card in self._cards:
            card.hide()
            card.deleteLater()
        self._cards = [FindingCard(finding, self._store, self._inner) for finding in findings]
        for place, card in enumerate(self._cards):
            self._column.insertWidget(place, card)

    def _show_state(self) -> None:
        working = self.work.working
        self.check.setVisible(not working)
        self.check.setText("Check again" if self.findings else "Check")
        self.check.updateGeometry()
        self.cancel.setVisible(working)
        self.bar.setVisible(working)
        self.recipe.setEnabled(not working)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.said, 1)
        for widget in (self.recipe, self.check, self.cancel):
            head.addWidget(widget)
        self._inner = QWidget(self)
        self._inner.setObjectName("plain")
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(8)
        self._column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(scroll_area(self._inner, self), 1)


def summary(findings: Sequence[Finding]) -> str:
    """How many of each level there are, in a sentence."""
    red, amber = (sum(finding.level == level for finding in findings) for level in ("red", "amber"))
    green = sum(finding.level == "green" for finding in findings)
    if not red and not amber:
        return f"All {green} checks are well."
    parts = [f"{red} to mend first"] * (red > 0) + [f"{amber} to look at"] * (amber > 0)
    return f"{' and '.join(parts)}; {green} {'is' if green == 1 else 'are'} well."

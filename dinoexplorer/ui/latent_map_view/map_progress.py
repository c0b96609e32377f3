"""How far a map is, with a way to end it; afterwards the sentence that says why there is none."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QWidget

from dinoexplorer.latent.stage_clock import Step
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.progress_line import ProgressLine
from dinoexplorer.ui.texts import foreign_label
from dinoexplorer.ui.train.amounts import rate_text, time_text

_PATIENCE = 150  # milliseconds; what is done sooner needs no row


class MapProgress(QFrame):
    """Hidden while nothing is under way. It lies over the map, which stays where it is under the hand."""

    cancelled = Signal()

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        name: str = "Progress of the map",
        cancel: str = "Stop making this map; what is done is kept",
    ) -> None:
        super().__init__(parent)
        self.setObjectName("hover_card")
        self.setAccessibleName(name)
        self._text, self._bar = foreign_label(self), ProgressLine(self)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.cancel_button = IconButton("", cancel, self, text="Cancel")
        self.cancel_button.setProperty("quiet", True)
        self.cancel_button.clicked.connect(self.cancelled)
        self.dismiss_button = IconButton("close", "Dismiss", self)
        self.dismiss_button.clicked.connect(self.hide)
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 4, 4, 6)
        grid.setVerticalSpacing(2)
        grid.addWidget(self._text, 0, 0)
        grid.addWidget(self.cancel_button, 0, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.dismiss_button, 0, 2, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._bar, 1, 0, 1, 3)
        grid.setColumnStretch(0, 1)
        self._prefix = ""
        self._due = QTimer(self, interval=_PATIENCE, singleShot=True)
        self._due.timeout.connect(self.show)
        self.hide()

    @property
    def text(self) -> str:
        """What is told at present, empty when nothing is."""
        return "" if self.isHidden() else self._text.text()

    def begin(self, title: str, *, staged: bool = True) -> None:
        """Something called ``title`` is under way from now on; with ``staged`` it is named with each of its stages."""
        self.hide()
        self._prefix = f"{title}: " if staged else ""
        self._dress("small", working=True)
        self._tell(f"{title}…", 0.0)
        self._due.start()

    @Slot(object)
    def show_step(self, step: Step) -> None:
        """Show how far it is."""
        stage = f"{self._prefix}{step.stage}"
        parts = [stage[:1].upper() + stage[1:]]
        if 0 < step.share < 1:
            parts.append(f"{step.share:.0%}")
            if math.isfinite(step.rate):
                parts.append(rate_text(step.rate, "images"))
            if left := time_text(step.seconds_left):
                parts.append(f"{left} left")
        self._tell("  ·  ".join(parts), step.share)

    @Slot()
    def end(self) -> None:
        """Nothing is under way any more."""
        self._due.stop()
        self.hide()

    @Slot(str)
    def tell_failure(self, sentence: str) -> None:
        """Say why there is no map, until it is dismissed."""
        self._due.stop()
        self._dress("problem", working=False)
        self._tell(sentence, 0.0)
        self.show()
        announce(self, sentence)

    def _tell(self, text: str, share: float) -> None:
        self._text.setText(text)
        self.setAccessibleDescription(text)
        self._bar.set_share(share)

    def _dress(self, role: str, *, working: bool) -> None:
        self._bar.setVisible(working)
        self.cancel_button.setVisible(working)
        self.dismiss_button.setVisible(not working)
        self._text.setProperty("role", role)
        self._text.style().polish(self._text)

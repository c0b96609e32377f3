"""The panel of sliders with what they move, its buttons and its filter."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from dinoexplorer.generators.generator import FloatArray, LatentSpec
from dinoexplorer.latent.components import PrincipalAxes
from dinoexplorer.latent.layers import Chosen
from dinoexplorer.ui.icon_button import GAP, IconButton
from dinoexplorer.ui.icons import SIZE
from dinoexplorer.ui.latent_panel.axes_view import AxesView
from dinoexplorer.ui.latent_panel.latent_rows import LatentRows
from dinoexplorer.ui.latent_panel.layers_view import LayersView
from dinoexplorer.ui.layer_choice import LayerChoice
from dinoexplorer.ui.menu_button import MenuButton

FILTER_FROM = 17
_KINDS = (
    ("Dimensions", False, "One slider for each number of the code"),
    ("Principal components", True, "Many dimensions together, as the codes of the map vary: most first"),
)


class LatentPanel(QFrame):
    """One slider for each dimension."""

    drag_began = Signal()
    drag_ended = Signal()
    value_edited = Signal(int, float)
    component_edited = Signal(int, float)
    components_asked = Signal(bool)  # whether the sliders shall move principal components
    lock_toggled = Signal(int, bool)
    alike_edited = Signal(object, float)  # numbers of several layers, which a slider moves together
    alike_locked = Signal(object, bool)

    def __init__(self, random: QAction, reset: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setMinimumWidth(264)
        self.rows = LatentRows(self)
        self._spec: LatentSpec | None = None
        self._view: AxesView | LayersView | None = None
        self._shown: tuple[FloatArray, np.ndarray] | None = None
        self.kind = self._build_kind()
        self.filter_field = QLineEdit(self)
        self.filter_field.setPlaceholderText("Find a dimension (Ctrl+F)")
        self.filter_field.setAccessibleName("Find a dimension")
        self.filter_field.setClearButtonEnabled(True)
        self.filter_field.textChanged.connect(self.rows.filter)
        self.rows.drag_began.connect(self.drag_began)
        self.rows.drag_ended.connect(self.drag_ended)
        self.rows.value_edited.connect(self._on_value_edited)
        self.rows.lock_toggled.connect(self._on_lock_toggled)
        self.layers = LayerChoice("Layers that the sliders move", self)
        self.layers.setToolTip("Which layers of the network the sliders move: the first shape, the last colour")
        self.layers.chosen.connect(self._on_layers_chosen)
        head = QHBoxLayout()
        head.setContentsMargins(0, 8, 8, 8)
        head.setSpacing(4)
        head.addWidget(self.kind)
        head.addStretch()
        for action, icon, text in ((random, "random", "Randomise what is not locked"), (reset, "reset", "")):
            button = IconButton(icon, action.text(), self)
            button.follow(action)
            if text:
                button.setAccessibleName(text)
            head.addWidget(button)
        chosen = QHBoxLayout()
        chosen.setContentsMargins(0, 0, 8, 4)
        chosen.addWidget(self.layers)
        chosen.addStretch()
        self._filter_line = QWidget(self)
        line = QHBoxLayout(self._filter_line)
        line.setContentsMargins(12, 0, 8, 8)
        line.addWidget(self.filter_field)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 8)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(chosen)
        column.addWidget(self._filter_line)
        column.addWidget(self.rows, 1)
        self.set_spec(None)

    def set_spec(self, spec: LatentSpec | None) -> None:
        """Show the sliders of another space: its dimensions."""
        kept = self._spec is not None and spec is not None and self._spec.layers == spec.layers
        self._spec, self._view, self._shown = spec, None, None
        if not kept:
            self.layers.set_spec(spec)
        self._show_dimensions()

    def set_axes(self, axes: PrincipalAxes | None) -> None:
        """Let the sliders move principal components; None brings the dimensions back."""
        if self._spec is not None:
            if axes is None:
                self._show_dimensions()
            else:
                self._view = AxesView(self._spec, axes)
                self._show_rows(self._view.spec)
            if self._shown is not None:
                self.show_values(*self._shown)

    def show_values(self, latent: FloatArray, locked: np.ndarray) -> None:
        """Show the present code."""
        self._shown = (latent, locked)
        if self._view is None:
            self.rows.show_values(latent, locked)
        else:
            self.rows.show_values(self._view.values(latent), self._view.locks(locked))

    def _show_dimensions(self) -> None:
        """Numbers of the code again: of the layers that are chosen, where there are layers."""
        spec = self._spec
        self._view = LayersView(spec, self.layers.layers) if spec is not None and spec.layers else None
        self._show_rows(spec if self._view is None else self._view.spec)

    def _show_rows(self, spec: LatentSpec | None) -> None:
        components = isinstance(self._view, AxesView)
        self.filter_field.clear()
        self.rows.set_spec(spec, self._view.abouts if isinstance(self._view, AxesView) else ())
        self.layers.setVisible(not components and self._spec is not None and bool(self._spec.layers))
        self._filter_line.setVisible(spec is not None and spec.dim >= FILTER_FROM)
        what = "component" if components else "dimension"
        self.kind.setText("" if spec is None else f"{spec.dim} {what}{'s' if spec.dim != 1 else ''}")
        self.kind.setVisible(spec is not None)
        for action, of_components in zip(self.kind.choices().actions(), (False, True), strict=True):
            action.setChecked(of_components == components)

    def _build_kind(self) -> MenuButton:
        button = MenuButton("", "What the sliders move", self)
        button.setIconSize(QSize(GAP, SIZE))  # no icon
        button.setToolTip("What the sliders move")
        for text, components, about in _KINDS:
            action = button.choices().addAction(text)
            action.setCheckable(True)
            action.setToolTip(about)
            action.triggered.connect(partial(self._on_kind, components))
        return button

    def _on_kind(self, components: bool, *_checked: object) -> None:
        self.components_asked.emit(components)

    @Slot(int, float)
    def _on_value_edited(self, row: int, value: float) -> None:
        view = self._view
        if isinstance(view, LayersView):
            self.alike_edited.emit(view.dimensions(row), value)
        elif view is None:
            self.value_edited.emit(row, value)
        elif row < view.count:
            self.component_edited.emit(row, value)
        else:
            self.value_edited.emit(view.dimension(row), value)

    @Slot(int, bool)
    def _on_lock_toggled(self, row: int, locked: bool) -> None:
        view = self._view
        if isinstance(view, LayersView):
            self.alike_locked.emit(view.dimensions(row), locked)
        else:
            self.lock_toggled.emit(row if view is None else view.dimension(row), locked)

    @Slot(object)
    def _on_layers_chosen(self, _layers: Chosen) -> None:
        self._show_dimensions()
        if self._shown is not None:
            self.show_values(*self._shown)

    @Slot()
    def choose_layers(self) -> None:
        """Drop down the choice of layers."""
        if self.layers.isVisible():
            self.layers.click()

    @Slot()
    def start_filter(self) -> None:
        """Put the cursor into the filter."""
        if self._filter_line.isVisible():
            self.filter_field.setFocus()
            self.filter_field.selectAll()

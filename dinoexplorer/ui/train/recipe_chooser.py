"""Which recipe: a button that drops down the list, and what the recipe is for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.texts import as_label, as_tool_tip, elided, foreign_label
from dinoexplorer.ui.train.choice_control import plain
from dinoexplorer.ui.train.recipe_list import Recipe, RecipeList


class RecipeChooser(QWidget):
    """The recipe that is chosen, with its sentence."""

    recipe_chosen = Signal(str)  # name

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recipes: dict[str, Recipe] = {}
        self._present = ""
        self.button = _ListButton(self)
        self._about = foreign_label(self)
        self._about.setProperty("role", "small")
        self._about.setWordWrap(True)
        self.list = RecipeList(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._about)
        self.button.clicked.connect(self._on_clicked)
        self.list.chosen.connect(self._on_chosen)
        self._show()

    @property
    def present(self) -> str:
        """Name of the recipe that is chosen, empty when none is."""
        return self._present

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._recipes)

    def set_recipes(self, recipes: Sequence[Recipe]) -> None:
        """Offer these, given as name, title and what it is for."""
        self._recipes = {recipe[0]: recipe for recipe in recipes}
        self.list.set_recipes(recipes)
        self._show()

    def choose(self, name: str) -> None:
        """Show ``name`` as chosen, silently."""
        self._present = name
        self._show()

    @Slot()
    def _on_clicked(self) -> None:
        self.list.drop_down(self.button, self._present)

    @Slot(str)
    def _on_chosen(self, name: str) -> None:
        self.button.setFocus()
        if name != self._present:
            self.choose(name)
            self.recipe_chosen.emit(name)

    def _show(self) -> None:
        name, title, about = self._recipes.get(self._present, (self._present, self._present, ""))
        self.button.show_choice(title or "Choose a recipe…", name)
        self._about.setText(about)
        self._about.setVisible(bool(about))
        self.button.setAccessibleDescription(f"{title}. {about}" if title else "None is chosen")


class _ListButton(MenuButton):
    """Looks like a button with a menu, and drops down a list instead."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("", "Recipe", parent)
        self.setMenu(None)  # type: ignore[arg-type]
        plain(self)
        self.setAccessibleName("Recipe")

    def show_choice(self, text: str, hint: str) -> None:
        self.setText(as_label(elided(text, self.fontMetrics(), 360)))
        self.setToolTip(as_tool_tip(hint or text))
        self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.click()
        else:
            super().keyPressEvent(event)

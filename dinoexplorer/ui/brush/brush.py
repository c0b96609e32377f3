"""What the hand holds: where it is, how wide it is, and what it does to a sheet."""

from __future__ import annotations

from dinoexplorer.ui.brush.coverage import Box, Place
from dinoexplorer.ui.brush.sheet import Sheet

_LEAST = 0.5  # pixels: a single one is covered
_START = 1 / 16  # of the shorter side
NOTHING = Box(0, 0, 0, 0)


class Brush:
    """Lies somewhere over a sheet, also when it is up. Places and the radius are in pixels of the picture."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        height, width = sheet.shape
        self.place: Place = (width / 2, height / 2)
        self.radius = max(min(height, width) * _START, _LEAST)
        self.corner: Place | None = None  # of the rectangle that is being drawn
        self._erasing = False

    @property
    def down(self) -> bool:
        """Whether it paints."""
        return self.sheet.painting

    @property
    def most(self) -> float:
        """The largest radius."""
        return max(max(self.sheet.shape) / 2, 1.0)

    def set_radius(self, radius: float) -> None:
        """Be so wide, within what makes sense."""
        self.radius = min(max(radius, _LEAST), self.most)

    def press(self, *, erase: bool) -> Box:
        """Begin a stroke here."""
        if self.corner is not None or self.down:
            return NOTHING
        self._erasing = erase
        self.sheet.begin()
        return self.sheet.line(self.place, self.place, self.radius, erase=erase)

    def set_corner(self, *, erase: bool) -> None:
        """Begin a rectangle here, which `lift` paints."""
        if not self.down:
            self._erasing, self.corner = erase, self.place

    def move(self, place: Place) -> Box:
        """Go somewhere else, painting the way where it is down."""
        before, self.place = self.place, place
        if not self.down:
            return NOTHING
        return self.sheet.line(before, place, self.radius, erase=self._erasing)

    def lift(self) -> tuple[Box, bool]:
        """End the stroke or the rectangle; what may look different, and whether anything has changed."""
        corner, self.corner = self.corner, None
        if corner is not None:
            self.sheet.begin()
            box = self.sheet.rectangle(corner, self.place, erase=self._erasing)
            return box, self.sheet.end()
        return NOTHING, self.sheet.end()

    def give_up(self) -> Box:
        """Take back what is being painted."""
        self.corner = None
        return self.sheet.cancel() if self.down else NOTHING

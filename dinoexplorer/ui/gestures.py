"""What the mouse does, and the keys that belong to no action."""

from __future__ import annotations

GESTURES = (
    ("click on the map", "Glide there; on a point, to that very image."),
    ("drag on the map", "Steer: the picture follows. Arrow keys do it in small steps."),
    ("wheel, right drag", "Zoom the map at the pointer, and move it."),
    ("two fingers", "Move the map, and zoom it by pinching; one finger steers."),
    ("Shift, Ctrl + drag", "Choose points on the map by an outline, a rectangle. With Alt they are added."),
    ("Shift, Ctrl + right drag", "Take points from those that are chosen."),
    ("Alt + click a class", "Choose its points. A click hides them, a right click offers more."),
    ("hover a point", "See which image lies there."),
    ("drag a slider", "Change one value. A double click puts it back."),
    ("drag in the mix", "Mix what stands at its corners. A click on a picture is all of it."),
    ("wheel on a direction", "Move along it, once its slider has the focus. A click on its pictures goes there."),
    ("Ctrl + up, down", "Put a direction further up or down; F2 renames it."),
    ("drop on a, b, c", "Reckon with pictures: a - b + c, in the tab of directions."),
    ("Shift, Alt + arrows", "Ten times as far, a tenth as far."),
    ("drag chosen points", "By the card that counts them, or an image from the nearest, to the pins or the timeline."),
    ("click a pin", "Go there. A double click renames it; Shift and Ctrl select several."),
    ("drag a pin", "Onto the map or the picture to go there, onto another pin to mix them, between two to reorder."),
    ("drag a keyframe", "Move it in time or past others. With Shift what follows goes along, with Ctrl it is copied."),
    ("Ctrl, Shift + click a keyframe", "Select several; so does a drag over segments, and Ctrl+A. They move as one."),
    ("drag the bracket's end", "Stretch the keyframes that are selected. Alt + drag does the same."),
    ("drag a segment's end", "Stretch it; what follows goes along. A right click chooses its easing and path."),
    ("drag on the ruler", "Go through the film. The wheel zooms the timeline, with Shift it moves along."),
    ("arrows on the timeline", "Go to the keyframe before or after; with Alt move it, with Ctrl reorder it."),
    ("+ and - on the timeline", "A longer or a shorter segment, by a tenth of a second; Delete removes a keyframe."),
    ("drop a sound", "Onto the timeline: it lies under the film. A dragged keyframe snaps to its beats, with Alt not."),
    ("arrows in a dataset", "Walk through its pictures; Return opens one, Delete and Insert decide, F2 types a class."),
    ("drag a crop", "Cut a picture out elsewhere; arrow keys move the square, + and - resize it."),
    ("drop a file", "Open it; in Train a folder is chosen to be trained on, an archive to be prepared."),
)

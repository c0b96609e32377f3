"""Every action of the window: its name, its keys, and a line of help."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Command:
    """What can be done in the window. The first key is the one that is shown.

    The command palette finds it by its text, by ``keywords``, which people may look for instead, and by its help.
    """

    name: str
    text: str
    keys: tuple[str, ...]
    help: str
    checkable: bool = False
    short: str = ""
    keywords: str = ""


COMMANDS = (
    Command(
        "random", "Random picture", ("R",), "Go to a random place among the data; locked values stay.", short="Random"
    ),
    Command(
        "surprise",
        "Surprise me like this",
        ("Shift+R",),
        "Go to a random place near here; how near, the radius in Space says. Locked values stay.",
        short="Surprise me",
    ),
    Command("breed", "Breed", ("B",), "Show children of what is in the mix, or of the picture, to breed on from."),
    Command("child", "Child of two", ("Shift+B",), "Go halfway between the two pictures that are in the mix."),
    Command(
        "crossover",
        "Crossover",
        ("X",),
        "Go to a child that has some of its dimensions from one picture of the mix, some from another; each time anew.",
    ),
    Command("mix_here", "Put this picture into the mix", ("Shift+M",), "Put the present place into the mix."),
    Command(
        "mix_layers",
        "Mix by layers",
        ("Shift+X",),
        "Go to the first picture of the mix with the chosen layers of the second: its shape with the other's colours.",
        short="By layers",
        keywords="style mixing stylegan coarse fine",
    ),
    Command(
        "layers",
        "Choose layers",
        ("Shift+L",),
        "Drop down the layers of the network that the sliders move, from shape to colour.",
        keywords="style w+ coarse middle fine stylegan",
    ),
    Command("walk", "Walk", ("W",), "Start a walk through the data, and stop it. It is one step to undo.", True),
    Command("walk_kind", "Another walk", ("Shift+W",), "Go from drifting to circling to throwing dice."),
    Command("slower", "Walk slower", ("-",), "Walk at half the speed."),
    Command("faster", "Walk faster", ("+", "="), "Walk at twice the speed."),
    Command("undo", "Undo", ("Ctrl+Z",), "Go back one step; one drag is one step."),
    Command("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Go forward again."),
    Command("reset", "Reset to the mean", ("Home",), "Put every value back to its mean; locked values stay."),
    Command(
        "pin",
        "Keep this place",
        ("K",),
        "Keep the present place as a pin, also during a walk.",
        keywords="pin bookmark",
    ),
    Command("next_pin", "Next pin", ("]",), "Go to the pin after the one where you stand."),
    Command("previous_pin", "Previous pin", ("[",), "Go to the pin before the one where you stand."),
    Command("pins", "Pins", ("Shift+K",), "Show the kept places below the picture, or put them away.", keywords="tray"),
    Command(
        "history", "History", ("Shift+H",), "Show every place where you stood, or put them away.", keywords="steps tray"
    ),
    Command(
        "copy",
        "Copy the code",
        ("Ctrl+C",),
        "Copy the present code as numbers; in the tray the pins that are selected.",
    ),
    Command(
        "paste",
        "Paste as pins",
        ("Ctrl+V",),
        "Keep copied pins, numbers, or files of codes as pins; find the place of a copied picture.",
    ),
    Command(
        "bring_in",
        "Bring in a picture…",
        ("Ctrl+I",),
        "Find the place whose picture is most like a photo or a drawing; dropping it on the window does the same.",
        keywords="photo image embed invert inversion encode project upload own import",
    ),
    Command(
        "bring_in_folder",
        "Bring in a folder…",
        ("Alt+I",),
        "Find the places of all pictures in a folder, and keep their codes in a file, as pins as well.",
        keywords="photos images embed batch invert encode project npz",
    ),
    Command(
        "fill",
        "Fill a hole…",
        ("Ctrl+Shift+I",),
        "Paint over a part of the picture and have it replaced by what fits there, in several ways to choose from.",
        keywords="inpaint inpainting hole mask brush remove repair complete erase object",
    ),
    Command(
        "anomaly",
        "Strange pictures…",
        ("Alt+A",),
        "Sort the pictures of a folder by how strange they are to the model, and see where.",
        keywords="anomaly outlier novelty unusual defect inspect score heat map judge odd",
    ),
    Command(
        "restore",
        "Restore pictures…",
        ("Alt+S",),
        "Send a damaged picture, or a folder of them, through the model, with before and after.",
        keywords="denoise noise repair clean scratch autoencoder wipe",
    ),
    Command(
        "export",
        "Export picture as PNG",
        ("Ctrl+E",),
        "Save the picture at the generator's own size. Dropped on the window it brings its place back.",
        keywords="save image",
    ),
    Command(
        "save", "Save document", ("Ctrl+S",), "Keep the place, locks, pins and directions in a file.", short="Save"
    ),
    Command("save_as", "Save document as…", ("Ctrl+Shift+S",), "Save the document under another name."),
    Command("new", "New document", ("Ctrl+Shift+N",), "Begin anew in the checkpoint that is open, without pins."),
    Command(
        "bring_back",
        "Bring back what was not saved",
        ("Ctrl+Alt+B",),
        "Open the document that the bar at the top offers, as it was.",
        keywords="recover crash autosave",
    ),
    Command(
        "export_film",
        "Export film…",
        ("Ctrl+Shift+E",),
        "Write the morph as a film: MP4, WebM, GIF, WebP, PNG. Shows what is being exported, too.",
        keywords="video movie animation mp4 webm gif save morph",
    ),
    Command(
        "pixels", "Pixels or smooth", ("P",), "Show every pixel as a square, or smoothly. A click does the same.", True
    ),
    Command(
        "compare",
        "Compare generators",
        ("C",),
        "Show up to nine generators side by side; one drag moves all.",
        True,
        keywords="side by side grid epochs",
    ),
    Command(
        "reshape",
        "Reshape: drag points",
        ("E",),
        "Press on a part of the picture and drag it to where it should be; the picture follows.",
        True,
        short="Reshape",
        keywords="draggan drag point edit deform move handle",
    ),
    Command(
        "paint",
        "Paint with the latent",
        ("Shift+E",),
        "Paint a rough stroke of colour on the picture; it comes as near to that as the model can.",
        True,
        short="Paint",
        keywords="igan brush colour stroke edit draw",
    ),
    Command("compare_add", "Add to the comparison", ("Shift+C",), "Drop down the checkpoints to put beside this one."),
    Command("compare_save", "Save the comparison", ("Alt+C",), "Save the pictures side by side, or a table of runs."),
    Command("home", "Whole map", ("H",), "Show the whole latent map. A double click does the same."),
    Command(
        "find_points", "Find points", ("Ctrl+Shift+F",), "Mark points by class, file name or number; Enter steps on."
    ),
    Command(
        "nearest", "Nearest images", ("N",), "List the images of the map nearest to the picture: is it one of them?"
    ),
    Command("atlas", "Atlas", ("A",), "Lay decoded pictures over the map: behind its points, instead of them, none."),
    Command("map", "Choose the map", ("Ctrl+M",), "Drop down the ways to lay the map out, and to make it anew."),
    Command(
        "play_film",
        "Play the film",
        ("Shift+Space",),
        "Play the film of the timeline, and stop it. On the timeline Space alone does it.",
        True,
        keywords="preview pause",
    ),
    Command("play_slower", "Play slower", ("<",), "Play the film at half the speed; the film stays as it is."),
    Command("play_faster", "Play faster", (">",), "Play the film at twice the speed; the film stays as it is."),
    Command("previous_frame", "Previous frame", (",",), "Go one frame of the film back."),
    Command("next_frame", "Next frame", (".",), "Go one frame of the film on."),
    Command("previous_keyframe", "Previous keyframe", ("PgUp",), "Go to the keyframe before the selected one."),
    Command("next_keyframe", "Next keyframe", ("PgDown",), "Go to the keyframe after the selected one."),
    Command(
        "keyframe",
        "Make a keyframe",
        ("I", "Insert"),
        "Put what the stage shows onto the timeline: a frame where it is, a place after the selected keyframe.",
        short="Keyframe",
    ),
    Command("random_keyframe", "Random keyframe", ("Alt+R",), "Put a random picture after the selected keyframe."),
    Command(
        "keyframes_from_pins",
        "Keyframes from pins",
        ("Alt+P",),
        "Put all kept places onto the timeline, in their order.",
        short="From pins",
    ),
    Command(
        "music",
        "Music under the film…",
        ("Alt+M",),
        "Choose a sound file for the film, as dropping one on the timeline does. Keyframes and sliders can follow it.",
        short="Music",
        keywords="audio sound song beat onsets loudness follow",
    ),
    Command(
        "beats",
        "Set keyframes to beats…",
        ("Alt+B",),
        "Put the keyframes on a grid of beats, typed or heard in the sound, or where something begins in it.",
        short="Beats…",
        keywords="bpm tempo rhythm grid onsets",
    ),
    Command("film_place", "Go to this frame", ("Shift+I",), "Make the frame that is shown the place where you stand."),
    Command("repeat_film", "Repeat the film", ("Alt+L",), "Go from once to a loop to there and back.", keywords="loop"),
    Command(
        "onion",
        "Onion skin",
        ("O",),
        "Lay the keyframes before and after faintly over a frame that stands still.",
        True,
    ),
    Command("bare", "Only the picture", ("Space",), "Hide everything but the picture, and bring it back.", True),
    Command("fullscreen", "Full screen", ("F", "F11"), "Fill the screen, and leave it again.", True),
    Command(
        "back",
        "Back",
        ("Esc",),
        "Leave full screen, the bare picture and the film, put a notice away, choose no points.",
    ),
    Command(
        "open",
        "Open…",
        ("Ctrl+O",),
        "Open a checkpoint, a document or a picture saved here; dropping a file on the window does the same.",
        keywords="load checkpoint document picture",
    ),
    Command(
        "read_differently",
        "Read differently…",
        ("Ctrl+Shift+R",),
        "Choose among the ways to read a file of another program, each by its pictures.",
        keywords="checkpoint reading family activation wrong picture",
    ),
    Command(
        "describe",
        "Describe its layers…",
        ("Ctrl+Shift+Y",),
        "Write down, layer by layer, how the network of a file of another program is built.",
        keywords="checkpoint description toml unknown network",
    ),
    Command("checkpoints", "Choose a checkpoint", ("Ctrl+Shift+O",), "Drop down the shipped and recent checkpoints."),
    Command("device", "Choose the device", ("Ctrl+D",), "Drop down the devices that can make the pictures."),
    Command("filter", "Find a dimension", ("Ctrl+F",), "Show only the sliders whose name holds a text."),
    Command("show_latent", "Sliders", ("L",), "Show the sliders of the latent code on the right."),
    Command("show_mix", "Mix", ("M",), "Show on the right how pictures are mixed."),
    Command("show_space", "Space", ("S",), "Show on the right how random pictures are drawn, and what is usual."),
    Command(
        "directions",
        "Directions",
        ("D",),
        "Show the sliders along directions: what a person would call a change.",
        keywords="sliders attributes",
    ),
    Command(
        "find_directions",
        "Find directions",
        ("Shift+D",),
        "Drop down the ways to find directions in the model: PCA, GANSpace, SeFa, the strongest changes here.",
        keywords="pca ganspace sefa jacobian",
    ),
    Command(
        "teach",
        "Teach a direction",
        ("Ctrl+Shift+D",),
        "Take the points chosen on the map as one of two groups, and teach the direction between them.",
        keywords="interfacegan svm logistic regression",
    ),
    Command("explore", "Explore", ("Ctrl+1",), "Show the map, the picture and the sliders.", True),
    Command("morph", "Morph", ("Ctrl+3",), "Put pictures on a timeline and watch the film between them.", True),
    Command("train", "Train", ("Ctrl+2",), "Launch a training run, watch and steer those there are.", True),
    Command(
        "report",
        "Report",
        ("Ctrl+4",),
        "Find out what a checkpoint is worth: in numbers, pictures and verdicts.",
        True,
        keywords="evaluate metrics fid kid memorisation quality",
    ),
    Command(
        "reports_compared",
        "Compare reports",
        ("Ctrl+Alt+C",),
        "Put the reports of several checkpoints beside each other, as a table or a plot.",
        keywords="evaluation several models table plot versus best",
    ),
    Command(
        "report_page",
        "Save the report as HTML…",
        ("Ctrl+Alt+H",),
        "Save the report that is shown as one page that needs nothing beside it.",
        short="Save as HTML…",
        keywords="export page",
    ),
    Command(
        "report_table",
        "Save the report as CSV…",
        ("Ctrl+Alt+V",),
        "Save the figures of the report that is shown as a table.",
        short="Save as CSV…",
        keywords="export table spreadsheet",
    ),
    Command("new_run", "New training run", ("Ctrl+N",), "Choose what to train, on which pictures, and start it."),
    Command(
        "prepare",
        "Prepare pictures…",
        ("Ctrl+Shift+P",),
        "Make a dataset of folders, archives and other sources, with a preview first.",
        keywords="dataset import crop resize duplicates zip folder",
    ),
    Command(
        "dataset",
        "Look through a dataset…",
        ("Ctrl+Shift+L",),
        "Browse the pictures of a prepared dataset: leave out, put into classes, crop, check.",
        keywords="browse pictures labels report checks",
    ),
    Command(
        "in_dataset",
        "Show in its dataset",
        ("Alt+D",),
        "Find the images chosen on the map, or the one nearest to the picture, in the dataset they come from.",
        keywords="original source training picture memorised",
    ),
    Command("theme", "Light or dark", ("Ctrl+T",), "Go from the system's theme to light to dark."),
    Command(
        "palette",
        "Search for anything",
        ("Ctrl+K",),
        "Find an action, a checkpoint, a recipe or a page of the guide by typing a piece of its name.",
        short="Search",
        keywords="command palette",
    ),
    Command("help", "Guide", ("F1",), "Read how things are done, and search all pages.", keywords="manual handbook"),
    Command(
        "keys", "Keyboard and mouse", ("?", "Shift+F1"), "Show all keys and gestures.", keywords="shortcuts overview"
    ),
    Command("quit", "Quit", ("Ctrl+Q",), "Close the window."),
)


def build_actions(parent: QWidget) -> dict[str, QAction]:
    """An action for each command, by name, all reachable from anywhere in ``parent``."""
    actions = {}
    for command in COMMANDS:
        action = QAction(command.text, parent)
        action.setObjectName(command.name)
        action.setIconText(command.short or command.text)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.setToolTip(f"{command.text} ({shown_keys(command)[0]})")
        action.setWhatsThis(command.help)
        action.setStatusTip(command.help)
        action.setCheckable(command.checkable)
        parent.addAction(action)
        actions[command.name] = action
    return actions


def shown_keys(command: Command) -> list[str]:
    """The keys of a command as the platform writes them."""
    return [QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in command.keys]

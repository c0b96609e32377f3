"""The latent map: the 2-D places of encoded images, and the file that keeps them beside a checkpoint."""

from __future__ import annotations

import io
import math
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import ByteArray, FloatArray, GeneratorInfo
from dinoexplorer.latent.network import network_of
from dinoexplorer.latent.planes import plane_of
from dinoexplorer.latent.point_names import decode_names, encode_names
from training.files import replace_file

THUMBNAIL_SIDE = 48
_LEAST_COLUMNS = 64
_FIGURES = ("trustworthiness", "variance")
_SPRITE_PIXELS = 80_000_000  # Pillow takes more for an attack
# What NumPy, zipfile, zlib and Pillow raise on bytes that are not what they should be.
_DAMAGE = (
    OSError, ValueError, LookupError, EOFError, TypeError, RuntimeError, SyntaxError, MemoryError, ArithmeticError,
    zipfile.BadZipFile, zlib.error, struct.error, Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class LatentMap:
    """Encoded images laid out on a plane.

    Attributes
    ----------
    latents : float32 (n, dim)
    xy : float32 (n, 2)
        Place of each image. With method "plane" it is the code itself.
    labels : int32 (n,)
        Index into ``classes``, -1 where there is none.
    classes : tuple of str
    thumbnails : uint8 (n, side, side, 3)
        May be empty ``(0, ...)``.
    method : str
        "plane" (two dimensions as they are), "slice" (a plane through more), "pca", "tsne", ...
    checkpoint_sha256 : str
        Of the checkpoint this map was made of.
    inverse : mapping of str to array
        What the way back needs. For linear methods "mean" (dim,) and "axes" (2, dim); for a plane through the space
        "slice.*"; for all that is not a plane the arrays of a `Network`; "shell" (2,) for codes of a Gaussian prior:
        their typical norm, and how many numbers of a code it is the norm of.
    basis : "codes" or "pictures"
        What was laid out: the codes themselves, or what the decoded pictures look like.
    trustworthiness : float or None
        0 to 1: how far neighbours on the map are neighbours in truth (Venna and Kaski); None where it was not measured.
    variance : float or None
        0 to 1: the share of the variance of the codes that a place tells.
    names : tuple of str
        What each image is called: a file, or "builtin:dinosaurs/123"; may be empty.
    errors : float32 (n,) or None
        Mean squared error of each image's reconstruction, of values in [0, 1]; None where there is no encoder.
    space : str
        Of those that a network may be read in, the one that the codes live in; empty in older files.
    """

    latents: FloatArray
    xy: FloatArray
    labels: NDArray[np.int32]
    classes: tuple[str, ...]
    thumbnails: ByteArray
    method: str
    checkpoint_sha256: str
    inverse: dict[str, FloatArray] = field(default_factory=dict)
    basis: str = "codes"
    trustworthiness: float | None = None
    variance: float | None = None
    names: tuple[str, ...] = ()
    errors: FloatArray | None = None
    space: str = ""

    def __len__(self) -> int:
        return len(self.xy)

    @property
    def exact(self) -> bool:
        """Whether a place is a code, so that nothing has to be estimated on the way back."""
        return self.method == "plane"

    def fits(self, info: GeneratorInfo) -> bool:
        """Whether its codes are of the space of this generator, as far as it says so."""
        return self.latents.shape[1] == info.latent.dim and self.space in {"", info.latent.spaces[0]}

    def label(self, index: int) -> str:
        """The class name of a point, or an empty string."""
        number = int(self.labels[index])
        return self.classes[number] if 0 <= number < len(self.classes) else ""

    def name(self, index: int) -> str:
        """What an image is called, or an empty string."""
        return self.names[index] if index < len(self.names) else ""


def thumbnail_side(count: int) -> int:
    """How large the thumbnails of ``count`` points are kept: so that one picture of them all stays openable."""
    return max(1, min(THUMBNAIL_SIDE, math.isqrt(_SPRITE_PIXELS // max(count, 1))))


def map_path(checkpoint: Path) -> Path:
    """Where the map of a checkpoint lies: ``NAME.map.npz`` beside it."""
    return checkpoint.with_name(checkpoint.stem + ".map.npz")


@dataclass(frozen=True, eq=False, slots=True)
class Beside:
    """What was found beside a checkpoint.

    ``note`` says in a sentence why there is no map, else it is empty. ``stale`` tells that a map lies there that cannot
    be used, so that building it anew is worth an offer; ``method`` is the way it was laid out, where that is known.
    """

    map: LatentMap | None
    note: str
    stale: bool = False
    method: str = ""


def look_beside(info: GeneratorInfo) -> Beside:
    """The map that lies beside a checkpoint, or why there is none."""
    path = map_path(info.path)
    if not path.exists():
        return Beside(None, f"No latent map lies beside {info.path.name} yet.")
    try:
        latent_map = read_map(path)
    except GeneratorError as error:
        return Beside(None, str(error), stale=True)
    if latent_map.checkpoint_sha256 != info.sha256:
        note = f"{path.name} was made of another version of {info.path.name}; make it anew with 'dinoexplorer map'."
        return Beside(None, note, stale=True, method=latent_map.method)
    if latent_map.latents.shape[1] != info.latent.dim:
        note = f"{path.name} holds codes of another length than {info.path.name}; make it anew."
        return Beside(None, note, stale=True, method=latent_map.method)
    if not latent_map.fits(info):
        space = info.latent.spaces[0]
        note = f"{path.name} holds codes of {latent_map.space}, and {info.path.name} is read in {space}; make it anew."
        return Beside(None, note, stale=True, method=latent_map.method)
    return Beside(latent_map, "", method=latent_map.method)


def map_beside(info: GeneratorInfo) -> tuple[LatentMap | None, str]:
    """The map that lies beside a checkpoint, or None and the sentence that says why."""
    found = look_beside(info)
    return found.map, found.note


def write_map(path: Path, latent_map: LatentMap) -> None:
    """Write a map atomically: a reader sees the old file or the whole new one."""
    arrays: dict[str, NDArray[np.generic]] = {
        "latents": latent_map.latents.astype(np.float32),
        "xy": latent_map.xy.astype(np.float32),
        "labels": latent_map.labels.astype(np.int32),
        "classes": np.array(latent_map.classes, dtype=np.str_),
        "thumbnails": np.frombuffer(_encode_sprite(latent_map.thumbnails), dtype=np.uint8),
        "thumbnail_side": np.array(latent_map.thumbnails.shape[1] if len(latent_map.thumbnails) else 0),
        "method": np.array(latent_map.method),
        "checkpoint_sha256": np.array(latent_map.checkpoint_sha256),
        "basis": np.array(latent_map.basis),
        "space": np.array(latent_map.space),
    }
    for name in _FIGURES:
        if (figure := getattr(latent_map, name)) is not None:
            arrays[name] = np.array(figure, np.float64)
    if latent_map.names:
        arrays["names"] = encode_names(latent_map.names)
    if latent_map.errors is not None:
        arrays["errors"] = latent_map.errors.astype(np.float32)
    arrays |= {f"inverse.{name}": array for name, array in latent_map.inverse.items()}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    try:
        with replace_file(path) as file:
            file.write(buffer.getbuffer())
    except OSError as error:
        raise GeneratorError(f"{path} could not be written: {error.strerror}; choose another place.") from None


def read_map(path: Path) -> LatentMap:
    """Read a map; arrays only, nothing in the file is run.

    Raises
    ------
    GeneratorError
        With a sentence, for anything that is not a whole and consistent map.
    """
    try:
        # Opened here: NumPy 2.4 leaves the file open when the archive in it is damaged.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        return _from_arrays(arrays)
    except FileNotFoundError:
        raise GeneratorError(f"{path} is not there any more; make it anew with 'dinoexplorer map'.") from None
    except GeneratorError as error:
        raise GeneratorError(f"{path.name} is no latent map: {error}; make it anew with 'dinoexplorer map'.") from None
    except _DAMAGE:
        raise GeneratorError(
            f"{path.name} is damaged or not a latent map; make it anew with 'dinoexplorer map'."
        ) from None


def _from_arrays(arrays: dict[str, NDArray[np.generic]]) -> LatentMap:
    missing = {"latents", "xy", "labels", "method", "checkpoint_sha256"} - set(arrays)
    if missing:
        raise GeneratorError(f"it has no {', '.join(sorted(missing))}")
    latents, xy = arrays["latents"].astype(np.float32), arrays["xy"].astype(np.float32)
    labels = arrays["labels"].astype(np.int32)
    if latents.ndim != 2 or xy.shape != (len(latents), 2) or labels.shape != (len(latents),):
        raise GeneratorError("its arrays do not belong together")
    if not (np.isfinite(latents).all() and np.isfinite(xy).all()):
        raise GeneratorError("it holds values that are not numbers")
    classes = tuple(str(name) for name in arrays["classes"]) if "classes" in arrays else ()
    thumbnails = np.zeros((0, 1, 1, 3), np.uint8)
    if "thumbnails" in arrays and arrays["thumbnails"].size and int(arrays.get("thumbnail_side", np.array(0))) > 0:
        sprite = arrays["thumbnails"].astype(np.uint8).tobytes()
        thumbnails = _decode_sprite(sprite, len(xy), int(arrays["thumbnail_side"]))
    inverse = {
        name.removeprefix("inverse."): array.astype(np.float32)
        for name, array in arrays.items()
        if name.startswith("inverse.")
    }
    method, sha256 = str(arrays["method"]), str(arrays["checkpoint_sha256"])
    _check_inverse(method, latents.shape[1], inverse)
    basis = "pictures" if str(arrays.get("basis", "codes")) == "pictures" else "codes"
    figures = {name: _share(arrays[name]) if name in arrays else None for name in _FIGURES}
    space = str(arrays.get("space", ""))
    names = decode_names(arrays["names"], len(xy)) if "names" in arrays else ()
    errors = _errors(arrays["errors"], len(xy)) if "errors" in arrays else None
    return LatentMap(
        latents, xy, labels, classes, thumbnails, method, sha256, inverse, basis, **figures, names=names, errors=errors,
        space=space,
    )  # fmt: skip


def _errors(array: NDArray[np.generic], count: int) -> FloatArray:
    errors = array.astype(np.float32)
    if errors.shape != (count,) or not (errors >= 0).all() or not np.isfinite(errors).all():
        raise GeneratorError("its reconstruction errors do not fit its points")
    return errors


def _share(array: NDArray[np.generic]) -> float:
    figure = float(np.asarray(array, np.float64).item())  # which refuses what is not one number
    if not 0 <= figure <= 1:
        raise GeneratorError("its figures are no shares")
    return figure


def _check_inverse(method: str, dim: int, inverse: dict[str, FloatArray]) -> None:
    if method == "plane" and dim != 2:
        raise GeneratorError(f"it calls {dim} dimensions a plane")
    shapes = {"mean": (dim,), "axes": (2, dim), "shell": (2,)}
    for name, array in inverse.items():
        if array.shape != shapes.get(name, array.shape) or not np.isfinite(array).all():
            raise GeneratorError("its way back does not fit its codes")
    network_of(inverse, dim)
    plane_of(inverse, dim)


def _encode_sprite(thumbnails: ByteArray) -> bytes:
    """All thumbnails as tiles of one WebP picture."""
    count = len(thumbnails)
    if count == 0:
        return b""
    side = thumbnails.shape[1]
    columns = max(_LEAST_COLUMNS, math.isqrt(count - 1) + 1)  # WebP goes to 16,383 pixels either way
    rows = -(-count // columns)
    padded = np.zeros((rows * columns, side, side, 3), np.uint8)
    padded[:count] = thumbnails
    sheet = padded.reshape(rows, columns, side, side, 3).swapaxes(1, 2).reshape(rows * side, columns * side, 3)
    buffer = io.BytesIO()
    Image.fromarray(sheet).save(buffer, "WEBP", quality=80, method=4)
    return buffer.getvalue()


def _decode_sprite(data: bytes, count: int, side: int) -> ByteArray:
    with Image.open(io.BytesIO(data), formats=("WEBP", "PNG", "JPEG")) as image:
        columns, rows = image.width // side, image.height // side
        if image.size != (columns * side, rows * side) or columns == 0 or rows != -(-count // columns):
            raise GeneratorError("its thumbnails do not fit its points")
        sheet = np.asarray(image.convert("RGB"))
    return np.ascontiguousarray(
        sheet.reshape(rows, side, columns, side, 3).swapaxes(1, 2).reshape(-1, side, side, 3)[:count]
    )

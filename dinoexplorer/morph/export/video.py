"""Films through FFmpeg, which the package av brings along: MP4 and WebM are made here."""

from __future__ import annotations

import importlib.util
import os
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.export.audio import Sound
from dinoexplorer.morph.export.settings import Plan

if TYPE_CHECKING:
    from av import VideoFrame, VideoStream  # loaded when a film is written

_BT709, _LIMITED = 1, 1  # FFmpeg's numbers for the colours of HD video, and for 16 to 235


@dataclass(frozen=True, slots=True)
class Codec:
    """How a codec is asked for.

    Attributes
    ----------
    name, title : str
    encoder : str
        FFmpeg's name.
    rates : constant rate factors for "small", "good" and "master"
    options : FFmpeg's options
    threads : the option, and the form of its value, that says how many threads it takes; empty where FFmpeg's own does
    tag : what a container calls it, where the usual name is not understood everywhere
    """

    name: str
    title: str
    encoder: str
    rates: tuple[int, int, int]
    options: tuple[tuple[str, str], ...]
    threads: tuple[str, str] = ("", "")
    tag: str = ""

    def encoder_options(self, plan: Plan) -> dict[str, str]:
        """What FFmpeg is told."""
        rate = self.rates[("small", "good", "master").index(plan.settings.quality)]
        options = {**dict(self.options), "crf": str(rate)}
        if self.threads[0]:
            before = options.get(self.threads[0])
            threads = self.threads[1].format(plan.threads)
            options[self.threads[0]] = threads if before is None else f"{before}:{threads}"
        return options


CODECS = {
    codec.name: codec
    for codec in (
        Codec("h264", "H.264", "libx264", (28, 20, 10), (("preset", "medium"),)),
        Codec(
            "h265", "H.265", "libx265", (30, 23, 12), (("preset", "fast"), ("x265-params", "log-level=none")),
            threads=("x265-params", "pools={}"), tag="hvc1",
        ),
        Codec(
            "vp9", "VP9", "libvpx-vp9", (40, 30, 15),
            (("b", "0"), ("deadline", "good"), ("cpu-used", "4"), ("row-mt", "1")),
        ),
        Codec("av1", "AV1", "libsvtav1", (45, 32, 18), (("preset", "8"),), threads=("svtav1-params", "lp={}")),
    )
}  # fmt: skip


class VideoFormat:
    """A container that FFmpeg writes; see `FileFormat`."""

    highest_rate, largest_side = 120, 8192
    alpha, sound = False, True

    def __init__(self, name: str, title: str, codecs: tuple[str, ...], sound_codec: str) -> None:
        self.name = name
        self.title = title
        self.suffix = f".{name}"
        self.codecs = codecs
        self._sound_codec = sound_codec

    def check(self, plan: Plan) -> None:
        """Refuse what this format cannot hold, or what is missing on this machine."""
        codec = plan.settings.codec or self.codecs[0]
        if importlib.util.find_spec("av") is None:
            raise MorphError(self.missing(codec))
        if plan.width % 2 or plan.height % 2:
            raise MorphError(
                f"{self.title} films have an even size, not {plan.width} x {plan.height} pixels; "
                f"give an even --size, such as {plan.width + plan.width % 2}."
            )
        if missing := self.missing(codec):
            raise MorphError(missing)
        if plan.settings.audio is not None:
            Sound.check(plan.settings.audio)

    def missing(self, codec: str) -> str:
        """Why this machine cannot write a codec; empty where it can."""
        if importlib.util.find_spec("av") is None:
            return (
                f"{self.title} films need the package av, which is missing; install it with 'pip install av', or write "
                f"a .gif, .webp or .png."
            )
        import av  # noqa: PLC0415  40 ms, and only films need it

        wanted = CODECS[codec]
        try:
            av.Codec(wanted.encoder, "w")
        except ValueError:
            others = [name for name in self.codecs if name != codec]
            return (
                f"The FFmpeg of this machine cannot write {wanted.title} ({wanted.encoder} is missing); "
                f"choose {' or '.join(others)}."
            )
        return ""

    def open(self, file: BinaryIO, plan: Plan) -> VideoWriter:
        return VideoWriter(file, plan, self.name, CODECS[plan.settings.codec or self.codecs[0]], self._sound_codec)


class VideoWriter:
    """Writes one film; see `Writer`."""

    def __init__(self, file: BinaryIO, plan: Plan, container: str, codec: Codec, sound_codec: str) -> None:
        os.environ.setdefault("SVT_LOG", "1")  # SVT-AV1 4.1 tells its life story on stderr otherwise
        import av  # noqa: PLC0415  40 ms, and only films need it

        self._container = av.open(file, "w", format=container, **_index_first(file, container))
        self._finished = False
        self._number = 0
        self._fps = plan.fps
        if plan.settings.note:
            self._container.metadata["comment"] = plan.settings.note
        options = codec.encoder_options(plan)
        added = self._container.add_stream(codec.encoder, rate=Fraction(plan.fps), options=options)
        self._stream = cast("VideoStream", added)  # which PyAV's annotations leave open
        context = self._stream.codec_context
        context.width, context.height, context.pix_fmt = plan.width, plan.height, "yuv420p"
        context.thread_count = plan.threads
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.color_range = _LIMITED
        if codec.tag:
            context.codec_tag = codec.tag
        audio = plan.settings.audio
        self._sound = (
            None
            if audio is None
            else Sound(audio, self._container, sound_codec, plan.frames / plan.fps, plan.settings.audio_start)
        )

    def prepare(self, picture: ByteArray) -> VideoFrame:
        import av  # noqa: PLC0415  is there by now

        return av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(
            format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG"
        )

    def write(self, prepared: VideoFrame) -> None:
        prepared.pts = self._number
        prepared.time_base = Fraction(1, self._fps)
        self._container.mux(self._stream.encode(prepared))
        self._number += 1
        if self._sound is not None:
            self._sound.write_until(self._number / self._fps)

    def finish(self) -> None:
        self._container.mux(self._stream.encode(None))
        if self._sound is not None:
            self._sound.finish()
        self._finished = True
        self._container.close()

    def release(self) -> None:
        if self._sound is not None:
            self._sound.release()
        if not self._finished:
            import av  # noqa: PLC0415  is there by now

            with suppress(av.FFmpegError, OSError, ValueError):  # whatever went wrong before goes wrong again
                self._container.close()  # writes an index into a file that is thrown away


def _index_first(file: BinaryIO, container: str) -> dict[str, Any]:
    """What has an MP4 file's index written before its pictures, so that a browser shows it while it still loads.

    FFmpeg then reads what it has written and moves it; this opens the file for that. What is in memory stays as it is.
    """
    name = getattr(file, "name", None)
    if container != "mp4" or name is None:
        return {}

    def read_again(_url: str, _flags: int, _options: object) -> BinaryIO:
        file.flush()
        return Path(name).open("rb")

    return {"options": {"movflags": "faststart"}, "io_open": read_again}

"""MP4: the film that everything plays. H.264 by default, H.265 for smaller files."""

from __future__ import annotations

from dinoexplorer.morph.export.video import VideoFormat

FORMAT = VideoFormat("mp4", "MP4", ("h264", "h265", "av1"), "aac")

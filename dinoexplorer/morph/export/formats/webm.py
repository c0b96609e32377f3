"""WebM: free of patents, for the web. VP9 by default, AV1 for smaller files."""

from __future__ import annotations

from dinoexplorer.morph.export.video import VideoFormat

FORMAT = VideoFormat("webm", "WebM", ("vp9", "av1"), "libopus")

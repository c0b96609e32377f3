"""UMAP: neighbours stay neighbours, and more of the shape of the whole stays than with t-SNE."""

from __future__ import annotations

import io
import re
import warnings

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray
from dinoexplorer.latent.projections import Projected, Told, unit_spread

_NEIGHBOURS = 15
_FEWEST = 8


class ManifoldApproximation:
    name = "umap"
    title = "UMAP"

    def project(self, codes: FloatArray, seed: int, progress: Told | None = None) -> Projected:
        try:
            from umap import UMAP  # noqa: PLC0415  an optional extra; compiles for 20 s the first time
        except ImportError:
            raise GeneratorError(
                "UMAP needs the package umap-learn; install it with: pip install 'dinoexplorer[umap]'."
            ) from None
        if len(codes) < _FEWEST:
            raise GeneratorError(f"UMAP needs at least {_FEWEST} images and was given {len(codes)}; use pca.")
        listener = _Listener(progress)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a seed leaves one thread, and scikit-learn's renamed arguments
            fitted = UMAP(
                n_neighbors=min(_NEIGHBOURS, len(codes) - 1), random_state=seed, n_jobs=1,
                init="spectral" if len(codes) > 50 else "random",
                tqdm_kwds={"disable": progress is None, "file": listener, "bar_format": "{n_fmt}/{total_fmt}"},
            ).fit_transform(codes)  # fmt: skip
        return Projected(unit_spread(fitted))


class _Listener(io.StringIO):
    """Reads UMAP's progress bar, which is the only way it tells how far it is."""

    def __init__(self, progress: Told | None) -> None:
        super().__init__()
        self._progress = progress

    def write(self, text: str) -> int:
        found = re.search(r"(\d+)/(\d+)", text)
        if found is not None and self._progress is not None:
            self._progress(int(found[1]), int(found[2]))
        return len(text)


PROJECTION = ManifoldApproximation()

"""The latent map: where the encoded images lie, and the steering wheel."""

from dinoexplorer.ui.latent_map_view.map_panel import MapPanel

__all__ = ["MapPanel"]

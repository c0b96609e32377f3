"""Pictures sorted by how strange they are to the generator that is open."""

from dinoexplorer.ui.anomaly.anomaly_desk import AnomalyDesk

__all__ = ["AnomalyDesk"]

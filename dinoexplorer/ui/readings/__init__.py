"""How a file of another program is read: chosen by pictures, or described layer by layer."""

from dinoexplorer.ui.readings.readings_desk import ReadingsDesk

__all__ = ["ReadingsDesk"]

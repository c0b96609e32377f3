"""Changing a picture by hand through its code: points that are dragged, colours that are painted. No Qt here."""

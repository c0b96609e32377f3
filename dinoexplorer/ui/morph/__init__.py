"""The place Morph: the timeline below the picture, the film that it shows, and its export."""

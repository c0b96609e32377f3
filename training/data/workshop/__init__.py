"""From sources of pictures to a dataset folder: looked at, decided on, made, and settled."""

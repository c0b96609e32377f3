"""Real images in a latent space: from a picture, or what is left of one, to the code whose picture it is.

`alignment` makes any picture file the square that a generator sees; `embedding` searches for its code step by step;
`inpainting` does so with a hole in the picture and fills it; `figures` says how near the two are.
"""

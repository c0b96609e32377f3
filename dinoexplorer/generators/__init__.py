"""Everything that can be opened. Qt-free, and free of torch until something is opened."""

from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import Generator, GeneratorInfo, LatentSpec, Mixture
from dinoexplorer.generators.opening import open_generator, read_info

__all__ = ["Generator", "GeneratorError", "GeneratorInfo", "LatentSpec", "Mixture", "open_generator", "read_info"]

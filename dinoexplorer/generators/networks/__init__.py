"""Networks of others, in plain PyTorch; the names of their tensors are those in the files."""

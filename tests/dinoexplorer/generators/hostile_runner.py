"""Opens every file of a folder and prints, for each, its sentence, seconds of work and memory, as JSON.

``python -m tests.dinoexplorer.generators.hostile_runner FOLDER``; each file is opened in a fork, so that its memory is
its own: the most that was taken beyond what the process had before.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path

FORBIDDEN = ("os.system", "os.exec", "os.posix_spawn", "os.fork", "subprocess.Popen", "pickle.find_class",
             "socket.connect", "shutil.rmtree", "os.remove", "os.rename")  # fmt: skip


def main(folder: Path) -> None:
    import torch

    from dinoexplorer.generators import GeneratorError, open_generator

    torch.set_num_threads(1)
    _warm_up(folder)
    caught: list[str] = []
    sys.addaudithook(lambda event, _: caught.append(event) if event in FORBIDDEN else None)
    for path in sorted(folder.glob("files/*")):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            caught.clear()
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            start = time.process_time()
            try:
                open_generator(path)
                sentence = "opened"
            except GeneratorError as error:
                sentence = str(error)
            except BaseException as error:  # noqa: BLE001  whatever it is, it is a finding
                sentence = f"CRASH {type(error).__name__}: {error}"[:300]
            taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            found = [sentence, time.process_time() - start, taken * 1024, caught]
            os.write(writing, json.dumps(found).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            text = pipe.read()
        _, status = os.waitpid(child, 0)
        result = json.loads(text) if text else [f"DIED {status}", 0.0, 0, []]
        sys.stdout.write(json.dumps([path.name, *result]) + "\n")


def _warm_up(folder: Path) -> None:
    """Everything that reading imports, imported before anything is measured."""
    import torch
    from safetensors.torch import save_file

    from dinoexplorer.generators import open_generator

    torch.manual_seed(3)  # of many random networks nothing tells the activation, and opening them asks
    net = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.ReLU(), torch.nn.Linear(8, 64))
    torch.save(net.state_dict(), folder / "warm.pt")
    save_file(net.state_dict(), folder / "warm.safetensors")
    for name in ("warm.pt", "warm.safetensors"):
        open_generator(folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""From what a pickle held to dictionaries, lists, tensors and plain data."""

from __future__ import annotations

from typing import Any

from dinoexplorer.generators.contents import Described
from dinoexplorer.generators.inert_tensors import Array, Kind, Sketch, Storage
from dinoexplorer.generators.safe_pickle import Instance, Named, PickleError

_MOST_PARTS = 200_000
_DEEPEST = 60
_OPTIMISER = {"state", "param_groups"}


def plain(stored: Any) -> Any:
    """The same with nothing in it but dictionaries, lists, tensors, texts, numbers and None.

    A network becomes the dictionary of its parameters, buffers and parts; what it was made with are its facts (see
    `contents.Described`): ``class_name`` and ``init_kwargs``. Another object becomes the dictionary of its attributes.
    What stands in itself, as parents do, and the states of optimisers are left out.

    Raises
    ------
    PickleError
        Where it is nested more deeply, or has more parts, than any model.
    """
    return _Walk().value(stored)


class _Walk:
    def __init__(self) -> None:
        self._left = _MOST_PARTS
        self._above: list[int] = []

    def value(self, value: Any) -> Any:  # noqa: PLR0911  one line for each kind
        if value is None or isinstance(value, str | int | float):
            return value
        if isinstance(value, Sketch):
            return value.tensor()
        if isinstance(value, Array):
            return value.value()
        if isinstance(value, Named):
            return value.name
        if isinstance(value, dict):
            return None if value.keys() >= _OPTIMISER else self._within(value, self._dictionary)
        if isinstance(value, list | tuple):
            return self._within(value, lambda items: [self.value(item) for item in items])
        if isinstance(value, Instance):
            return self._within(value, self._instance)
        return None  # bytes, storages without a tensor, kinds of numbers

    def _within(self, value: Any, make: Any) -> Any:
        self._left -= 1
        if self._left < 0:
            raise PickleError(f"it has more than {_MOST_PARTS:,} parts, more than any model")
        if id(value) in self._above:
            return None
        if len(self._above) >= _DEEPEST:
            raise PickleError("it is nested more deeply than any model")
        self._above.append(id(value))
        try:
            return make(value)
        finally:
            self._above.pop()

    def _dictionary(self, items: dict[Any, Any]) -> dict[str, Any]:
        self._left -= len(items)
        return {_spoken(key): self.value(item) for key, item in items.items()}

    def _instance(self, instance: Instance) -> Any:
        state = instance.state
        if "_modules" in state and "_parameters" in state:
            return self._network(instance)
        if instance.name.startswith("omegaconf."):
            return self.value(state.get("_content", state.get("_val")))
        if instance.entries is not None:
            return self.value(instance.entries)
        made = {**state, **(instance.items or {})}
        return self._dictionary(made) if made else (instance.name if not instance.arguments else None)

    def _network(self, instance: Instance) -> Described:
        state = instance.state
        parts: dict[Any, Any] = {}
        for group in ("_parameters", "_buffers", "_modules"):
            found = state.get(group)
            if isinstance(found, dict):
                parts.update((name, part) for name, part in found.items() if part is not None)
        tensors = self._dictionary({name: part for name, part in parts.items() if not isinstance(part, Storage | Kind)})
        facts: dict[str, Any] = {"class_name": instance.name.rpartition(".")[2]}
        for fact in ("_init_args", "_init_kwargs"):
            if fact in state:
                facts[fact.removeprefix("_")] = self.value(state[fact])
        for name, value in state.items():
            if isinstance(value, str | int | float) and name != "training" and not str(name).startswith("_"):
                facts[str(name)] = value
        return Described(tensors, facts)


def _spoken(key: Any) -> str:
    return key.decode("latin-1") if isinstance(key, bytes) else str(key)

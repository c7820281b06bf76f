"""What every chat model has that stands before another one."""

from __future__ import annotations

from qa_plugin.ports import ChatModel, Placed, Windowed


class AroundChat:
    """A chat model that asks another, under the name of that one."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    @property
    def destination(self) -> str:
        """The host that gets the messages."""
        return self._model.destination

    @property
    def place(self) -> str:
        """What tells the model from others of its name, as far as that is known."""
        return self._model.place if isinstance(self._model, Placed) else self._model.destination

    def window(self, *, ask: bool, deadline: float | None) -> int | None:
        """What its server gives it, where that can be known; see `Windowed`."""
        return self._model.window(ask=ask, deadline=deadline) if isinstance(self._model, Windowed) else None

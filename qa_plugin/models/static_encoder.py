"""Static models (a vector for each token, averaged), fast and small: the only importer of model2vec."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qa_plugin.models.local_folder import LocalModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class StaticEncoder:
    """A loaded model; raises whatever its library raises."""

    def __init__(self, model: LocalModel) -> None:
        from model2vec import StaticModel

        self._model = StaticModel.from_pretrained(str(model.folder), force_download=False)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row per text, in their order."""
        rows: NDArray[np.float32] = self._model.encode(list(texts), use_multiprocessing=False)
        return rows

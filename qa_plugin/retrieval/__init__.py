"""From a question to a ranking of passages, each with the sentence in it that fits best.

First every passage of the index is scored by how much of the question it holds and how much its article speaks of
it (`coverage`), the vectors add what they find; then the sentences of the best passages are scored and read for the
kind of thing asked for (`reading`); at last what only says again what stands above steps back (`variety`).
"""

from qa_plugin.retrieval.ranking import Ranking, Searchable, retrieve
from qa_plugin.retrieval.shares import PASSAGES
from qa_plugin.retrieval.together import joined, preferring
from qa_plugin.retrieval.weights import weigh

__all__ = ["PASSAGES", "Ranking", "Searchable", "joined", "preferring", "retrieve", "weigh"]

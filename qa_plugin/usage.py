"""What answering or indexing took."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and cost of one answer or one indexing; the cost is None where the price is unknown."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    embedding_tokens: int = 0
    cost_usd: float | None = 0.0
    kept_replies: int = 0
    """Calls of the language model that a kept reply stood in for; they took nothing."""
    estimated: bool = False
    """Whether some of the model's tokens were counted here, because it did not say how many there were."""

    def __add__(self, other: Usage) -> Usage:
        """Both together; what is unknown of one is unknown of the sum."""
        known = self.cost_usd is not None and other.cost_usd is not None
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.embedding_tokens + other.embedding_tokens,
            (self.cost_usd or 0.0) + (other.cost_usd or 0.0) if known else None,
            self.kept_replies + other.kept_replies,
            self.estimated or other.estimated,
        )

    def to_dict(self) -> dict[str, Any]:
        """The `usage` of the JSON."""
        return asdict(self)

"""What a call would take, and whether one question may take so much: known before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from qa_plugin.errors import BudgetExceeded
from qa_plugin.ports import THIS_MACHINE, ChatModel, Message
from qa_plugin.records import Usage
from qa_plugin.settings import Settings
from qa_plugin.spending.prices import cost_usd
from qa_plugin.tokens import count_tokens

_AROUND_A_MESSAGE, _AROUND_ALL = 4, 3
"""Tokens that chat formats put around each message and around the conversation."""
_NOTHING = Usage()


def tokens_of(messages: Sequence[Message], schema: Mapping[str, Any] | None, encoding: str) -> int:
    """The tokens of a prompt, as near as can be told without the server; the schema is sent with it."""
    said = sum(count_tokens(message.content, encoding) + _AROUND_A_MESSAGE for message in messages)
    form = count_tokens(json.dumps(schema), encoding) if schema is not None else 0
    return said + form + _AROUND_ALL


def check_budget(
    settings: Settings, model: ChatModel, prompt_tokens: int, max_completion_tokens: int, *, spent: Usage = _NOTHING
) -> None:
    """Refuse a call that would take a question over its limits.

    Args:
        settings: Hold the limits, and the prices.
        model: Who would be asked; one on this machine costs nothing.
        prompt_tokens: What would be sent.
        max_completion_tokens: What may come back.
        spent: What the question has taken already.

    Raises:
        BudgetExceeded: It would, or its price is not known and there is a limit of cost.
    """
    tokens, most = spent.prompt_tokens + prompt_tokens, settings.max_prompt_tokens
    end = "nothing more was sent" if spent.prompt_tokens else "nothing was sent"
    if most is not None and tokens > most:
        raise BudgetExceeded(
            f"The question would send {tokens:,} tokens to {model.name}, and {most:,} are allowed. "
            f"Raise --max-prompt-tokens (QA_PLUGIN_MAX_PROMPT_TOKENS); {end}."
        )
    limit = settings.max_cost_usd
    if limit is None or model.destination == THIS_MACHINE:
        return
    cost = cost_usd("chat", model.name, prompt_tokens, max_completion_tokens, prices=settings.prices)
    if cost is None or spent.cost_usd is None:
        raise BudgetExceeded(
            f"The price of {model.name} is not known, so that a limit of {limit:g} USD cannot be kept. Give its price "
            f"in the file of QA_PLUGIN_PRICES, or leave out --max-cost (QA_PLUGIN_MAX_COST); {end}."
        )
    if spent.cost_usd + cost > limit:
        raise BudgetExceeded(
            f"The question would cost up to {spent.cost_usd + cost:.2g} USD at {model.name}, and {limit:g} are "
            f"allowed. Raise --max-cost (QA_PLUGIN_MAX_COST), or use a cheaper model; {end}."
        )

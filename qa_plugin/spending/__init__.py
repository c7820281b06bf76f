"""Money: what models cost, what a question may take, what it took, and what need not be paid for twice."""

from __future__ import annotations

from qa_plugin.errors import BudgetExceeded
from qa_plugin.spending.bill import Bill, chat_usage, embedding_usage
from qa_plugin.spending.budget import check_budget, tokens_of
from qa_plugin.spending.kept import Cache, CachedChat, PaidEmbedder
from qa_plugin.spending.prices import Price, check_prices, cost_usd, encoding_of, has_window, price_of, window_of

__all__ = [
    "Bill",
    "BudgetExceeded",
    "Cache",
    "CachedChat",
    "PaidEmbedder",
    "Price",
    "chat_usage",
    "check_budget",
    "check_prices",
    "cost_usd",
    "embedding_usage",
    "encoding_of",
    "has_window",
    "price_of",
    "tokens_of",
    "window_of",
]

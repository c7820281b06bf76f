"""What goes before a question and before a passage: models of some families are trained with such words."""

from __future__ import annotations

import re

from qa_plugin.data import load_toml


def known_prefixes(name: str) -> tuple[str, str]:
    """The words before a question and before a passage, by the model's name; empty for models that want none."""
    for row in load_toml("models.toml")["prefixes"]:
        if re.search(row["name"], name, re.IGNORECASE):
            return str(row["query"]), str(row["passage"])
    return "", ""

"""The prompts that a person picks in an assistant; their words stand in `prompts/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mcp_types import GetPromptResult, Prompt, PromptArgument, PromptMessage, TextContent

from qa_plugin.errors import FunctionError
from qa_plugin.functions import shown
from qa_plugin.language.folding import cleaned
from qa_plugin.prompting import load_template

INSTRUCTIONS = "mcp.instructions.md"
MAX_ARGUMENT = 4000
"""Characters; what is longer is a text and no question."""


@dataclass(frozen=True, slots=True)
class _Kind:
    title: str
    about: str
    argument: str
    takes: str

    def listed(self, name: str) -> Prompt:
        argument = PromptArgument(name=self.argument, description=self.takes, required=True)
        return Prompt(name=name, title=self.title, description=self.about, arguments=[argument])


KINDS: Mapping[str, _Kind] = {
    "ask_news": _Kind(
        "Ask the news",
        "Answer a question from the articles alone, with sources and exact quotes.",
        "question",
        "A whole question, in English, Portuguese, French, Arabic or Persian.",
    ),
    "compare_sources": _Kind(
        "Compare sources",
        "Say what the articles agree and disagree on about a topic, who states what, and what was corrected since.",
        "topic",
        "What to compare the articles on, such as an event or a figure.",
    ),
    "fact_check": _Kind(
        "Check a statement",
        "Hold a statement against the articles: borne out, contradicted, or not in them, with quotes.",
        "statement",
        "The statement to check, as it was made.",
    ),
}


def instructions(*, override: Path | None = None) -> str:
    """What an assistant is told of the server as a whole.

    Raises:
        PromptError: The file is missing, or has a hole.
    """
    return load_template(INSTRUCTIONS, override=override).fill().strip()


def listed() -> list[Prompt]:
    """All prompts."""
    return [kind.listed(name) for name, kind in KINDS.items()]


def filled(name: str, arguments: Mapping[str, str] | None, *, override: Path | None = None) -> GetPromptResult:
    """A prompt with its argument in it.

    Args:
        name: Of the prompt.
        arguments: As the assistant gave them.
        override: A folder whose files go before those that come with the package.

    Raises:
        FunctionError: No such prompt, or its argument is missing, empty or too long.
        PromptError: Its file is missing or has other holes.
    """
    if name not in KINDS:
        raise FunctionError(f"There is no prompt {shown(name)}. There are: {', '.join(KINDS)}.")
    kind = KINDS[name]
    given = cleaned((arguments or {}).get(kind.argument, "")).strip()
    if not given:
        raise FunctionError(f"{name} needs {kind.argument}: {kind.takes}")
    if len(given) > MAX_ARGUMENT:
        raise FunctionError(f"{kind.argument} has {len(given):,} characters; at most {MAX_ARGUMENT:,} are taken.")
    words = load_template(f"mcp.{name}.md", override=override).fill(**{kind.argument: given})
    message = PromptMessage(role="user", content=TextContent(type="text", text=words.strip()))
    return GetPromptResult(description=kind.about, messages=[message])

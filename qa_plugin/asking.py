"""What may be asked: text, not empty, and no longer than a question is."""

from __future__ import annotations

from qa_plugin.errors import SettingsError

MAX_QUESTION = 4000
"""Characters; what is longer is a text and no question."""


def words_of_question(text: str, call: str) -> str:
    """A question or query without the blanks around it.

    Args:
        text: What was given as one.
        call: The method it was given to, for the example in the error.

    Raises:
        SettingsError: It is no text, empty, or longer than `MAX_QUESTION`.
    """
    if not isinstance(text, str):
        raise SettingsError(
            f"The question is {text!r:.60}, of the type {type(text).__name__}; give it as text, "
            f'as in: qa.{call}("How many were evacuated?")'
        )
    # Half of a pair of UTF-16, as JSON can smuggle it in, could be neither sent nor kept nor written.
    words = text.encode("utf-8", "replace").decode("utf-8").strip()
    if not words:
        raise SettingsError('The question is empty. Ask something, as in: qa-plugin ask "How many were evacuated?"')
    if len(words) > MAX_QUESTION:
        raise SettingsError(f"The question has {len(words):,} characters; at most {MAX_QUESTION:,} are read.")
    return words

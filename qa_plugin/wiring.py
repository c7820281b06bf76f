"""From settings to the parts that do the work: the only room that chooses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qa_plugin import chunks
from qa_plugin.articles import VERSION as ARTICLES_VERSION
from qa_plugin.data import added_version, load_toml
from qa_plugin.embeddings import BuiltInEmbedder
from qa_plugin.errors import SettingsError, StoreMismatch
from qa_plugin.language import folding, lexicon, sentences, terms
from qa_plugin.language.detection import detect
from qa_plugin.ports import THIS_MACHINE, ChatModel, Embedder
from qa_plugin.records import Usage
from qa_plugin.settings import BUILT_IN, LOCAL, Settings, stays


def choose_embedder(settings: Settings, embed_model: object = None, *, stored: str | None = None) -> Embedder:
    """The embedder to use.

    Args:
        settings: What was asked for.
        embed_model: A LlamaIndex embedding handed in from Python, before all else.
        stored: The embedder that the index was made with; it is used where no other is named.
    """
    if embed_model is not None:
        from qa_plugin.models.llama_index_models import LlamaIndexEmbedder

        return LlamaIndexEmbedder(embed_model)  # type: ignore[arg-type]
    name = settings.embedder if settings.embedder != BUILT_IN else stored or BUILT_IN
    if name == BUILT_IN:
        return BuiltInEmbedder(detect)
    if name.startswith(LOCAL):
        return _local(name, remembered=settings.embedder == BUILT_IN)
    if settings.offline:
        message = f"The embedder {name} needs a connection, and --offline forbids it. Leave out one of the two."
        raise SettingsError(message)
    from qa_plugin.models.openai_models import OpenAIEmbedder
    from qa_plugin.models.prefixes import known_prefixes

    return OpenAIEmbedder(
        name,
        prefixes=known_prefixes(name),
        api_key=settings.api_key,
        base_url=settings.base_url,
        timeout_seconds=settings.timeout_seconds,
        deadline_seconds=settings.deadline_seconds,
    )


def _local(name: str, *, remembered: bool) -> Embedder:
    from qa_plugin.models.local_models import LocalEmbedder

    try:
        return LocalEmbedder(name)
    except SettingsError as error:
        if not remembered:
            raise
        message = f"The index was made with the embedder {name}. {error} Or make another index, with --store."
        raise SettingsError(message) from error


def choose_model(settings: Settings, llm: object = None) -> ChatModel | None:
    """The language model to answer with, or None for extraction."""
    if llm is not None:
        from qa_plugin.models.llama_index_models import LlamaIndexChat

        return LlamaIndexChat(llm)  # type: ignore[arg-type]
    if not settings.uses_model:
        return None
    from qa_plugin.models.openai_models import OpenAIChat

    return OpenAIChat(
        settings.model or default_model(),
        api_key=settings.api_key,
        base_url=settings.base_url,
        timeout_seconds=settings.timeout_seconds,
        deadline_seconds=settings.deadline_seconds,
    )


def default_model() -> str:
    """The hosted chat model that is used where none is named."""
    return str(load_toml("models.toml")["default_chat"])


def cost_usd(kind: str, model: str, prompt_tokens: int, completion_tokens: int = 0) -> float | None:
    """What a call costs by the price file; None where the model is not in it. `kind`: chat or embedding."""
    prices: dict[str, Any] | None = load_toml("models.toml")[kind].get(model)
    if prices is None:
        return None
    return float(prompt_tokens * prices["prompt"] + completion_tokens * prices.get("completion", 0.0)) / 1e6


def usage_of(model: ChatModel | None, prompt_tokens: int, completion_tokens: int) -> Usage:
    """Tokens that a chat model took, with their cost; what runs on this machine, or was not asked, costs nothing."""
    if model is None or model.destination == THIS_MACHINE or not prompt_tokens:
        return Usage(prompt_tokens, completion_tokens)
    return Usage(prompt_tokens, completion_tokens, 0, cost_usd("chat", model.name, prompt_tokens, completion_tokens))


def fingerprint(embedder: Embedder, settings: Settings) -> dict[str, str]:
    """What the index depends on; the dimension of a remote embedder is left to its first vector."""
    added = added_version()
    return {
        "embedder": embedder.name,
        "vectors": embedder.fingerprint,
        "chunks": f"{chunks.VERSION} sentences {sentences.VERSION} tokens {settings.chunk_tokens}",
        "terms": f"{terms.VERSION} lexicon {lexicon.version()}",
        "text": f"{folding.VERSION} articles {ARTICLES_VERSION}" + (f" data {added}" if added else ""),
    }


def refuse_if_costly(difference: Mapping[str, tuple[str, str]], embedder: Embedder, folder: Path) -> None:
    """Allow an index to be made anew unasked only where that costs neither money nor a download.

    Raises:
        StoreMismatch: It would; the message says what differs and what to do.
    """
    was, _ = difference.get("embedder", (embedder.name, ""))
    if stays(embedder.name) and (stays(was) or not was):
        return
    shown = "; ".join(
        f"{name}: {was or 'nothing'} there, {wanted or 'nothing'} wanted" for name, (was, wanted) in difference.items()
    )
    raise StoreMismatch(
        f"The index in {folder} was made otherwise ({shown}), and making it anew would cost a download or money. "
        "Name another folder with --store, or delete this one and run `qa-plugin index` again."
    )

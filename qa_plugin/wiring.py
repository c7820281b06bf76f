"""From settings to the parts that do the work: the only room that chooses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from qa_plugin import chunks
from qa_plugin.articles import VERSION as ARTICLES_VERSION
from qa_plugin.data import added_version, load_toml
from qa_plugin.embeddings import BuiltInEmbedder
from qa_plugin.errors import SettingsError, StoreMismatch, StoreNotBuilt
from qa_plugin.language import folding, lexicon, sentences, terms
from qa_plugin.language.detection import detect
from qa_plugin.ports import THIS_MACHINE, ChatModel, Embedder
from qa_plugin.settings import BUILT_IN, LOCAL, Settings, stays
from qa_plugin.spending import PaidEmbedder, encoding_of
from qa_plugin.store import Store
from qa_plugin.store.cache import DiskCache, KeptTexts
from qa_plugin.tokens import count_tokens


def check_handed_in(llm: object, embed_model: object) -> None:
    """Refuse what is no model, such as a model's name, before anything is done with it.

    Raises:
        SettingsError: With what to give instead.
    """
    for given, name, class_name, methods, field in (
        (llm, "llm", "LLM", ("chat", "stream_chat"), "model"),
        (embed_model, "embed_model", "BaseEmbedding", ("get_query_embedding", "get_text_embedding_batch"), "embedder"),
    ):
        if given is None or (not isinstance(given, type) and all(callable(getattr(given, m, None)) for m in methods)):
            continue
        shown = given.__name__ if isinstance(given, type) else repr(given)[:60]
        kind = "a class" if isinstance(given, type) else "a text" if isinstance(given, str) else "no model"
        named = given if isinstance(given, str) else "…"
        raise SettingsError(
            f"{name}={shown} is {kind}; it must be an object of a LlamaIndex {class_name}, as its classes make one. "
            f"To use a model of the configured server by its name: "
            f"settings=Settings.from_environment({field}={named[:60]!r})."
        )


def choose_embedder(settings: Settings, embed_model: object = None, *, stored: str | None = None) -> Embedder:
    """The embedder to use; of one that costs, tokens are counted and vectors kept.

    Args:
        settings: What was asked for.
        embed_model: A LlamaIndex embedding handed in from Python, before all else.
        stored: The embedder that the index was made with; it is used where no other is named.
    """
    embedder = _embedder(settings, embed_model, stored)
    if not embedder.costs:
        return embedder
    encoding = encoding_of(embedder.name, prices=settings.prices)
    return PaidEmbedder(embedder, encoding=encoding, cache=cache_of(settings))


def _embedder(settings: Settings, embed_model: object, stored: str | None) -> Embedder:
    if embed_model is not None:
        ours = getattr(embed_model, "embedder", None)
        if isinstance(ours, BuiltInEmbedder):
            return ours
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


def stored_embedder(settings: Settings) -> str | None:
    """The embedder that the index was made with; None where there is no index yet."""
    try:
        with Store.open(settings.store, fingerprint={}) as store:
            return (store.fingerprint_stored or {}).get("embedder")
    except StoreNotBuilt:
        return None


def destination_of(model: ChatModel | None, embedder: Embedder) -> str:
    """Where questions and passages go, as one sentence."""
    if model is not None and model.destination != THIS_MACHINE:
        return f"The question and passages go to {model.destination} (model {model.name})."
    if embedder.destination != THIS_MACHINE:
        return f"The question goes to {embedder.destination} (embedder {embedder.name})."
    return f"All stays on this machine{f' (model {model.name})' if model is not None else ''}."


def choose_model(settings: Settings, llm: object = None) -> ChatModel | None:
    """The language model to answer with, or None for extraction."""
    if llm is not None:
        from qa_plugin.models.llama_index_models import LlamaIndexChat

        return LlamaIndexChat(llm, count_tokens=count_tokens)  # type: ignore[arg-type]
    if not settings.uses_model:
        return None
    from qa_plugin.models.openai_models import OpenAIChat

    cache = cache_of(settings)
    return OpenAIChat(
        settings.model or default_model(),
        api_key=settings.api_key,
        base_url=settings.base_url,
        timeout_seconds=settings.timeout_seconds,
        deadline_seconds=settings.deadline_seconds,
        memory=KeptTexts(cache) if cache is not None else None,
        count_tokens=count_tokens,
    )


def default_model() -> str:
    """The hosted chat model that is used where none is named."""
    return str(load_toml("models.toml")["default_chat"])


def cache_of(settings: Settings) -> DiskCache | None:
    """Where what was paid for is kept; None where nothing is to be kept."""
    if not settings.cache:
        return None
    return DiskCache(settings.cache_folder or settings.store, make=settings.cache_folder is not None)


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

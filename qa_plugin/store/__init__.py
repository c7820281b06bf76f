"""The index on disk: a catalogue that is the truth, and Chroma as an index over its vectors."""

from __future__ import annotations

from qa_plugin.store.store import Store

__all__ = ["Store"]

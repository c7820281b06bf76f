"""Articles: the files of a folder, their characters, and which of these are the article."""

from __future__ import annotations

VERSION = "2"
"""Part of the index's fingerprint: raise it when any article is read otherwise."""

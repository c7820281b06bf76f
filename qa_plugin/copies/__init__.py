"""Which articles say the same because they are the same: copies, translations, and reports of one agency.

Pure functions over what the index holds of an article: its sentences with their words and search terms. Nothing
here reads a file or a store.
"""

from __future__ import annotations

VERSION = "1"
"""What is remembered of articles for comparing is made anew when this changes."""
COPY, TRANSLATION = "copy", "translation"
"""How two files may be linked."""

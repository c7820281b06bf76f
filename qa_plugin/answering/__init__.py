"""Two ways to draft an answer from passages: by extraction, and by a language model."""

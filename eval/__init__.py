"""The project's own articles and questions; `python -m eval` measures the answers to them."""

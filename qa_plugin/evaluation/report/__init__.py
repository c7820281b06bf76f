"""A run as one page that people read: an HTML file that needs no network and nothing beside it."""

from __future__ import annotations

from qa_plugin.evaluation.report.document import write_report

__all__ = ["write_report"]

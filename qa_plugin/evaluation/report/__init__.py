"""A run as one page that people read: an HTML file that needs no network and nothing beside it."""

from __future__ import annotations

from qa_plugin.evaluation.report.document import refuse_another_set, write_report

__all__ = ["refuse_another_set", "write_report"]

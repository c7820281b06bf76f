"""What must hold before a claim is printed: its numbers, dates and names stand in its quotes or their articles."""

from qa_plugin.verification.claims import Quote, check, check_claim
from qa_plugin.verification.premise import names_lacked
from qa_plugin.verification.views import TextView, view_of

__all__ = ["Quote", "TextView", "check", "check_claim", "names_lacked", "view_of"]

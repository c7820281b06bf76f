"""Who states what a sentence says, and which part of it."""

from qa_plugin.language.attribution.finding import Attribution, find_attributions, speaker_before, telling_verbs

__all__ = ["Attribution", "find_attributions", "speaker_before", "telling_verbs"]

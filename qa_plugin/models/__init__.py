"""Language models and embedders of other makers, each behind a port; one vendor a file."""

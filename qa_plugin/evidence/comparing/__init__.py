"""How what several sentences state stands to each other: the same, agreeing, superseded, or at odds."""

"""What a number of a sentence counts, whose it is, in what frame it stands, and how that fits what was asked."""

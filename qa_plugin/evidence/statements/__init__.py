"""What a sentence says to be so, why and when, who says it and who denies it."""

"""What a sentence states, who states it, and how statements stand to each other."""

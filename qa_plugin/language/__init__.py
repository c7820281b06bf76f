"""What is known of languages, as pure functions on strings and tables in `data/`."""

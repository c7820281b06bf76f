"""The plugin as parts of frameworks that others build with; a room to each, which alone imports it."""

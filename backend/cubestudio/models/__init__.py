"""Models: what was trained, in versions that say where they came from."""

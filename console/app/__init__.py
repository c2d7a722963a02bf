"""Build and wire everything: command line, composition, demo clinic, tour."""

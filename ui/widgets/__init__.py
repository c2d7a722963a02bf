"""Painted and composed widgets, each usable alone."""

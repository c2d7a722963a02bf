"""Pen drivers, one file each."""

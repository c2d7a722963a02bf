"""The treatment itself: pure Python, no clock, no thread, no file."""

"""For every test: off screen unless somebody wants to watch, and threads of our own must not outlive a test."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

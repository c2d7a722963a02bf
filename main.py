"""Needling Console: start here. ``python main.py --help`` lists what it can do."""

import sys

from console.app.cli import main

if __name__ == "__main__":
    sys.exit(main())

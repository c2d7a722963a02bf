"""Cyclic garbage is looked for on the window's own thread, between frames.

Python looks for it on whichever thread happens to allocate. A Qt object freed on the reader's, the recorder's or
a speaking voice's thread ends the process, so the search by itself is switched off while a window lives.
"""

import gc

EVERY_FRAMES = 30
_YOUNG = 5_000  # containers made and not freed since the last look
_WHOLE_AFTER = 20  # looks at the young ones, as many new containers as make a look at all worth its time


def take_over() -> None:
    """Let nobody look for garbage but ``look``."""
    gc.disable()


def keep() -> None:
    """Look no more at what lives now: a whole look at all a console is made of takes a tenth of a second."""
    gc.freeze()


def look() -> None:
    """Free what nobody can reach any more, where enough has come together."""
    young, _, looks = gc.get_count()
    if young >= _YOUNG:
        gc.collect(2 if looks >= _WHOLE_AFTER else 1)

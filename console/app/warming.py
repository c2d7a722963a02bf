"""What pages import, imported on a thread of its own before they are first opened."""

import logging
import threading
from collections.abc import Iterable
from importlib import import_module

log = logging.getLogger("console.warming")


class Warming:
    """Imports modules in order; a page that is opened meanwhile waits for its own at most."""

    def __init__(self, modules: Iterable[str]) -> None:
        self._modules, self._ended = tuple(modules), False
        self._thread = threading.Thread(target=self._run, name="warming", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Tell whether there is nothing left to import."""
        return not self._thread.is_alive()

    def end(self) -> None:
        """Stop behind the module that is being imported."""
        self._ended = True
        self._thread.join()

    def _run(self) -> None:
        for module in self._modules:
            if self._ended:
                return
            try:
                import_module(module)
            except Exception:  # a thread boundary: who opens the page meets the same and is told
                log.exception("%s could not be imported", module)

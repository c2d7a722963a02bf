"""Which pen was used last, so that of several the right one is taken."""

from console.domain import session_events as ev
from console.domain.ports import Registry
from console.services.session_desk import Receipt

AUTO = "auto"  # as a port: wherever a pen answers
SERIAL_SETTING, MODEL_SETTING = "pen_serial", "pen_model"


class PenMemory:
    """The serial number of the pen to prefer; ``only``: no other is taken. Read by the pen's reader thread."""

    def __init__(self, serial: str = "", only: bool = False) -> None:
        self.serial, self.only = serial, only
        self.model = ""  # of the pen a treatment was bound to last
        self._registry: Registry | None = None

    def port_of(self, wanted: str) -> str:
        """Take ``auto:SERIAL`` as «only this pen will do»; give the port to open."""
        port, colon, serial = wanted.partition(":")
        if port != AUTO or not colon:
            return wanted
        self.serial, self.only = serial, bool(serial)
        return AUTO

    def keep_in(self, registry: Registry) -> None:
        """Begin with what was kept, and keep what changes."""
        self._registry = registry
        self.serial = self.serial or registry.setting(SERIAL_SETTING)
        self.model = registry.setting(MODEL_SETTING)

    def remember(self, serial: str, actor_id: str) -> None:
        """Prefer this pen from now on."""
        if serial != self.serial and self._registry is not None:
            self._registry.remember_setting(SERIAL_SETTING, serial, actor_id)
        self.serial = serial

    def on_receipt(self, receipt: Receipt) -> None:
        """Remember the pen a treatment is bound to."""
        for event in receipt.events:
            if isinstance(event.what, ev.PenBound) and event.what.serial:
                self.remember(event.what.serial, event.actor_id)
                self._remember_model(event.what.model, event.actor_id)

    def _remember_model(self, model: str, actor_id: str) -> None:
        if model != self.model and self._registry is not None:
            self._registry.remember_setting(MODEL_SETTING, model, actor_id)
        self.model = model

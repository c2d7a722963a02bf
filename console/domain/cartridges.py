"""The cartridge guard: one cartridge, one patient, one session. No rule here can be overridden."""

from dataclasses import dataclass

from console.domain import session_events as ev
from console.domain.errors import Refusal
from console.domain.session import Command
from console.domain.session_events import Payload
from console.domain.session_state import SessionState
from console.domain.workflow import Phase, require, tag_gate


@dataclass(frozen=True, slots=True)
class BreakCheck:
    """What was done about a broken cartridge: the search for fragments, and whether the piece is kept."""

    fragments: str
    piece_kept: bool


def same_cartridge(one: ev.ProductLot, other: ev.ProductLot) -> bool:
    """Tell whether two codes name one cartridge; without a serial number nothing can prove it."""
    return bool(one.serial) and (one.product_id, one.lot, one.serial) == (other.product_id, other.lot, other.serial)


def bind_cartridge(
    product: ev.ProductLot, needles: int, used_elsewhere: bool, from_sealed_pack: bool = False, tag: str = "",
) -> Command:
    """Bind one cartridge to this patient and session; a used one is refused, with no override.

    Without a serial number only ``from_sealed_pack``, said by the practitioner, tells a new one from a used one.
    """

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.PREPARATION, Phase.NEEDLING)
        if used_elsewhere:
            raise Refusal("This cartridge was used in another session", "it is not bound", "take a new, sealed one")
        if state.cartridge is not None:
            raise Refusal("A cartridge is already bound", todo="un-bind it first")
        if any(same_cartridge(one.product, product) for one in state.spent_cartridges):
            raise Refusal("This cartridge was un-bound before", "it is not bound", "take a new, sealed one")
        if not product.serial and not from_sealed_pack:
            raise Refusal("Its code has no serial number, so it cannot prove that it is new", "it is not bound",
                          "confirm that it comes from a new, sealed pack")
        return [ev.CartridgeBound(product, needles, from_sealed_pack and not product.serial, tag)]

    return command


def unbind_cartridge(reason: str, used: bool, check: BreakCheck | None = None) -> Command:
    """Take a cartridge out of the session. ``check`` where it is broken: a complaint to its maker follows.

    Dropped while sealed it is not used, and may be bound again.
    """

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.PREPARATION, Phase.NEEDLING)
        if state.cartridge is None:
            raise Refusal("No cartridge is bound")
        if not reason.strip():
            raise Refusal("Un-binding a cartridge needs a reason")
        if check is not None and not check.fragments.strip():
            raise Refusal("A broken cartridge needs the search for fragments", "it stays bound", "say what was found")
        running = state.active_pass
        return [ev.CartridgeUnbound(
            reason.strip(), used or state.cartridge_needled or check is not None, check is not None,
            check.fragments.strip() if check else "", check.piece_kept if check else None,
            (state.active_area or "") if running else "", running.number if running else None)]

    return command


def accept_tag() -> Command:
    """Record that the cartridge whose tag the pen reads is the one that was scanned."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.PREPARATION, Phase.NEEDLING)
        if state.cartridge is None or not tag_gate(state):
            return []
        return [ev.CartridgeTagAccepted(state.pen_tag, state.cartridge.product.serial)]

    return command


def is_spent(state: SessionState) -> bool:
    """Tell whether the cartridge whose tag the pen reads was taken off used in this session."""
    tag = state.pen_tag
    return bool(tag) and any(
        tag == one.tag or (one.product.serial and (one.product.serial in tag or tag in one.product.serial))
        for one in state.spent_cartridges)

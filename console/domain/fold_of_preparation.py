"""The fold of the preparation's events: skin, cartridge, glide product, pen. Registered by ``session_fold``."""

from console.domain import session_events as ev
from console.domain.session_events import SessionEvent
from console.domain.session_state import SessionState
from console.domain.telemetry import CARTRIDGE_ATTACHED, CARTRIDGE_REMOVED


def _skin_disinfected(what: ev.SkinDisinfected, state: SessionState, event: SessionEvent) -> None:
    state.disinfected = True


def _cartridge_bound(what: ev.CartridgeBound, state: SessionState, event: SessionEvent) -> None:
    state.cartridge, state.cartridge_needled = what, False
    state.cartridges.append(what)
    state.fitted.append((event.at_us, state.pen, state.needles))


def _cartridge_unbound(what: ev.CartridgeUnbound, state: SessionState, event: SessionEvent) -> None:
    if what.used and state.cartridge is not None:
        state.spent_cartridges.append(state.cartridge)
    state.cartridge, state.pen_tag = None, ""  # the tag read so far is the one taken off
    state.accepted_tags.clear()


def _cartridge_tag_accepted(what: ev.CartridgeTagAccepted, state: SessionState, event: SessionEvent) -> None:
    state.accepted_tags.append(what.tag)


def _glide_chosen(what: ev.GlideChosen, state: SessionState, event: SessionEvent) -> None:
    state.glide, state.glide_decided = what, True


def _pen_bound(what: ev.PenBound, state: SessionState, event: SessionEvent) -> None:
    state.pen, state.by_hand = what, None
    state.pens.append(what)
    state.fitted.append((event.at_us, what, state.needles))
    state.pen_tag = what.cartridge


def _pen_reported(what: ev.PenReported, state: SessionState, event: SessionEvent) -> None:
    if what.code == CARTRIDGE_ATTACHED:
        state.pen_tag = what.detail
    elif what.code == CARTRIDGE_REMOVED:
        state.pen_tag = ""


def _manual_mode_chosen(what: ev.ManualModeChosen, state: SessionState, event: SessionEvent) -> None:
    state.by_hand = what


STEPS = (
    _skin_disinfected, _cartridge_bound, _cartridge_unbound, _cartridge_tag_accepted, _glide_chosen,
    _pen_bound, _pen_reported, _manual_mode_chosen,
)

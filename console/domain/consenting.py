"""Commands of consent: decided, signed or witnessed, a guardian and a chaperone, withdrawn."""

from dataclasses import replace

from console.domain import closing
from console.domain import session_events as ev
from console.domain.consent import signed_sha256
from console.domain.errors import Refusal
from console.domain.session import Command
from console.domain.session_events import Payload
from console.domain.session_state import SessionState
from console.domain.workflow import Phase, require, require_open

WITHDRAWN = "consent_withdrawn"  # the reason of the stop that follows


def record_consent(consent: ev.ConsentRecorded) -> Command:
    """Record a consent given or refused; photos and serum may be refused, treatment ends the way."""

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.CONSENT)
        if not consent.given and consent.consent == "treatment" and not consent.reason:
            raise Refusal("A refused treatment needs a word why", todo="give the reason or defer the session")
        return [consent]

    return command


def sign_consent(signature: ev.SignatureDrawn) -> Command:
    """Keep the drawn signature, or the reason why there is none with its witness, bound to what was decided.

    Below the clinic's age of consent a guardian signs: name, relation and how the identity was checked are asked.
    """

    def command(state: SessionState) -> list[Payload]:
        require(state, Phase.CONSENT)
        if state.guardian_needed and signature.signer == "patient":
            raise Refusal("A guardian consents at this age", "nothing was recorded", "let the guardian sign")
        if signature.signer == "guardian" or state.guardian_needed:
            _refuse_nameless(signature)
        if not signature.strokes and not (signature.refused_reason and signature.witness_id):
            raise Refusal("The signature is empty", todo="sign, or name a witness and the reason")
        return [replace(signature, signed_sha256=signed_sha256(state.consents.values(), signature))]

    return command


def _refuse_nameless(signature: ev.SignatureDrawn) -> None:
    for words, given in (("name", signature.signer_name), ("relation to the patient", signature.relation),
                         ("identity check", signature.identity_check)):
        if not given.strip():
            raise Refusal(f"The guardian's {words} is missing", "nothing was recorded", "say who signs")


def record_chaperone(name: str, declined_reason: str = "") -> Command:
    """Record who is present as chaperone, or why nobody."""

    def command(state: SessionState) -> list[Payload]:
        require(state)
        if bool(name.strip()) == bool(declined_reason.strip()):
            raise Refusal("A chaperone needs a name, or a reason why there is none", "nothing was recorded")
        return [ev.ChaperoneRecorded(name.strip(), declined_reason.strip())]

    return command


def withdraw_consent(consent: str, reason: str) -> Command:
    """Take a consent back at any moment; without the one to the treatment the session stops at once."""

    def command(state: SessionState) -> list[Payload]:
        require_open(state)
        given = state.consents.get(consent)
        if given is None or not given.given:
            raise Refusal("That consent was not given", "nothing was changed")
        if not reason.strip():
            raise Refusal("A withdrawn consent needs a word why", "nothing was changed")
        events: list[Payload] = [ev.ConsentWithdrawn(consent, reason.strip())]
        if consent == "treatment":
            halt = [] if state.stopped else closing.stop()(state)
            events = [*halt, *events, ev.StopExplained(WITHDRAWN, reason.strip())]
        return events

    return command

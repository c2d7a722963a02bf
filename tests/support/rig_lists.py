"""Lists that a rig's query thread reads, as a page gets them."""

from console.services.console import Console
from console.services.follow_up_reading import CallFilter, CallList, ContactRow


def answered(console: Console) -> None:
    """Deliver every answer that is outstanding."""
    while console.queries.busy:
        console.queries.deliver()


def calls(console: Console, wanted: CallFilter = CallFilter()) -> list[ContactRow]:  # noqa: B008  it is frozen
    """Give the list of calls and visits; what the reading raised is raised here."""
    found: list[CallList] = []
    errors: list[BaseException] = []
    console.follow_up.ask_list(wanted, found.append, errors.append)
    answered(console)
    if errors:
        raise errors[0]
    return list(found[0].rows)

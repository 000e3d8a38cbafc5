"""What has to stand around a whole import: an upper floor that answers every save may want to answer all of them at once."""

from contextlib import ExitStack, contextmanager

_contexts = []


def stand_around(context):
    """Register ``context``, a function that returns a context manager. Left with an exception when all is rolled back."""
    if context not in _contexts:
        _contexts.append(context)


@contextmanager
def surroundings():
    """Enter all of them, within the transaction."""
    with ExitStack() as stack:
        for context in _contexts:
            stack.enter_context(context())
        yield

"""The one kind of error that services raise: a reason code for programs, a sentence for people."""


class DomainError(Exception):
    """A rule of the district says no.

    ``code`` is a stable English word for tests and logs; ``message`` is a Chinese
    sentence that tells the true reason and what to do next.
    """

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message

"""The one root of the errors that a person can cause and mend."""


class SurveyError(ValueError):
    """A request that cannot be met; its text says what is wrong, where, and what to do.

    Commands print it and exit 1; pages show it beside what caused it. It is never logged.
    """

"""How a command ends: 0 done, 1 refused with a sentence, 2 the command line was wrong."""

OK, REFUSED, USAGE = 0, 1, 2


class CliError(Exception):
    """Something cannot be done; the sentence says what is wrong, where, and what to do."""

    code = REFUSED


class UsageError(CliError):
    """The command line asks for what there is not; nothing was done."""

    code = USAGE

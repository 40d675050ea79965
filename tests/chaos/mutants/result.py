"""What becomes of a mistake."""

KILLED, SURVIVED, UNTESTED = "killed", "survived", "no test runs it"


def module_name(file: str) -> str:
    """Name the module of a file below ``functions/nightbell``."""
    return "nightbell." + file.removesuffix(".py").replace("/", ".")

"""Who sits at the command line, for the audit trail."""

import getpass


def who() -> str:
    try:
        return f"command line ({getpass.getuser()})"
    except (OSError, KeyError):  # in a container nobody may be known by name
        return "command line"

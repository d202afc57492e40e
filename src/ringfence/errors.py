"""Every error a caller can meet, grouped by what the caller does next.

RingfenceError
├── BadInput          mend the request, the file or the option            exit code 2, HTTP 400 or 422
│   └── BadFile       mend or replace the file that a setting names       exit code 2, HTTP 422
├── TooLarge          send less, or send it in pieces                     exit code 2, HTTP 413
├── NotAuthenticated  send a valid key                                    exit code 2, HTTP 401
├── NotAllowed        ask somebody whose role may                         exit code 2, HTTP 403
├── NotFound          look for something else                             exit code 2, HTTP 404
├── Conflict          look at the present state, then decide again        exit code 2, HTTP 409
├── TooMany           wait `retry_after` seconds                          exit code 2, HTTP 429
└── Unavailable       start or mend what is named, then try again         exit code 3, HTTP 503
"""


class RingfenceError(Exception):
    """The message is a sentence for the user; `code` is for programs and never changes."""

    code = "error"

    def __init__(self, detail: str, *, code: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        if code is not None:
            self.code = code


class BadInput(RingfenceError):
    code = "bad_input"


class BadFile(BadInput):
    code = "bad_file"


class TooLarge(RingfenceError):
    code = "too_large"


class NotAuthenticated(RingfenceError):
    code = "not_authenticated"


class NotAllowed(RingfenceError):
    code = "not_allowed"


class NotFound(RingfenceError):
    code = "not_found"


class Conflict(RingfenceError):
    code = "conflict"


class TooMany(RingfenceError):
    code = "too_many"

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unavailable(RingfenceError):
    """`retry_after` is set where to wait is all there is to do."""

    code = "unavailable"

    def __init__(self, detail: str, *, code: str | None = None, retry_after: int | None = None) -> None:
        super().__init__(detail, code=code)
        self.retry_after = retry_after

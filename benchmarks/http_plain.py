"""What `POST /event` is held against: a FastAPI route that validates the same body and does nothing.

Run with a port; serves until it is ended.
"""

import sys

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class CallEvent(BaseModel):
    """The public call event."""

    event_type: str
    timestamp: float | str
    a_number: str
    b_number: str
    call_id: str | None = None
    trunk: str | None = None
    source_ip: str | None = None
    user_agent: str | None = None
    sdp_origin: str | None = None
    p_asserted_identity: str | None = None
    attestation: str | None = None
    cause: int | None = None
    ring_seconds: float | None = None
    duration_seconds: float | None = None


@app.post("/event")
async def take(event: CallEvent) -> dict[str, str]:
    return {"status": "ok"}


if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(sys.argv[1]),
        http="httptools",
        loop="uvloop",
        ws="none",
        access_log=False,
        log_level="error",
    )

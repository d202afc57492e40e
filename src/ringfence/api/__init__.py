"""The HTTP face: the event routes as raw ASGI, everything else as FastAPI, one app on one port."""

"""What needs no key: health, the documentation, and the way to it."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from pydantic import BaseModel

from ringfence import __version__
from ringfence.app.build import Server
from ringfence.errors import NotFound, RingfenceError

STATIC = Path(__file__).parent.parent / "static"
_FILES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}

_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)

router = APIRouter(tags=["health"])


class HealthView(BaseModel):
    """Parts as `up` or `down`, no more: this is open."""

    status: str
    service: str
    version: str
    components: dict[str, str]


@router.get("/health", response_model=HealthView, responses={503: {"model": HealthView}})
def health(request: Request, response: Response) -> dict[str, Any]:
    """`status` is `ok`, or `degraded` (503) where a part is down."""
    server: Server = request.app.state.server
    components = {"engine": "up", "records": "up", "analysis": "up" if server.analyses.up else "down"}
    try:
        server.records.check()
    except RingfenceError:
        components["records"] = "down"
    whole = "down" not in components.values()
    if not whole:
        response.status_code = 503
    return {
        "status": "ok" if whole else "degraded",
        "service": "ringfence",
        "version": __version__,
        "components": components,
    }


@router.get("/", include_in_schema=False)
def home() -> RedirectResponse:
    return RedirectResponse("/docs")


@router.get("/docs", include_in_schema=False)
def docs() -> HTMLResponse:
    """Swagger UI from our own files: operators' networks reach no CDN, and the page may ask nobody else."""
    page = get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="Ringfence API",
        swagger_js_url="/docs/swagger-ui-bundle.js",
        swagger_css_url="/docs/swagger-ui.css",
        swagger_favicon_url="/docs/favicon-32x32.png",
        swagger_ui_parameters={"persistAuthorization": True, "validatorUrl": None},
    )
    page.headers["content-security-policy"] = _policy(bytes(page.body))
    return page


def _policy(page: bytes) -> str:
    """A Content-Security-Policy that allows our own files and the page's one inline script."""
    script = _INLINE.search(page)
    digest = b64encode(sha256(script[1]).digest()).decode() if script else ""
    return (
        f"default-src 'none'; script-src 'self' 'sha256-{digest}'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


@router.get("/docs/{name}", include_in_schema=False)
def docs_file(name: str) -> FileResponse:
    if name not in _FILES or not (STATIC / name).is_file():
        raise NotFound(f"There is no file {name}")
    return FileResponse(STATIC / name, media_type=_FILES[name], headers={"cache-control": "max-age=86400"})

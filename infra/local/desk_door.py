"""The way to the deployed desk from a browser on this machine.

In the cloud the desk's page stands at the root of the API's own address. The local cloud's API is below a long path,
where the page's own addresses would lead nowhere, so a loopback server passes on what is asked for below ``/desk``.
Nothing is answered here: a browser sees what the deployed function said, but for ``frame-ancestors``, which lets
the phone page show the desk beside it.
"""

from urllib.parse import quote

import requests

from infra.local.deployment import Handles
from infra.local.loopback_server import Reply, Request

ROOT_PATH = "/desk"
PASSED_IN = ("accept", "authorization", "content-type", "cookie", "if-match", "if-none-match", "sec-fetch-site")
PASSED_OUT = (
    "cache-control",
    "content-encoding",
    "content-security-policy",
    "etag",
    "referrer-policy",
    "retry-after",
    "set-cookie",
    "vary",
    "www-authenticate",
    "x-content-type-options",
)
TIMEOUT_S = 40.0


def is_desk(path: str) -> bool:
    """Tell whether a path belongs to the desk."""
    return (path == ROOT_PATH or path.startswith(f"{ROOT_PATH}/")) and ".." not in path.split("/")


def pass_on(handles: Handles, request: Request) -> Reply:
    """Ask the deployed desk."""
    headers = {name: request.headers[name] for name in PASSED_IN if name in request.headers}
    headers["accept-encoding"] = request.headers.get("accept-encoding", "identity")
    try:
        with requests.request(
            request.method,
            handles.api_url + quote(request.path, safe="/"),
            params=request.query,
            headers=headers,
            data=request.body or None,
            timeout=TIMEOUT_S,
            allow_redirects=False,
            stream=True,
        ) as answer:
            # As it came: decoded here, it would not be what its headers say.
            body = answer.raw.read(decode_content=False)
            passed = {name: answer.headers[name] for name in PASSED_OUT if name in answer.headers}
            content_type = answer.headers.get("content-type", "application/octet-stream")
            return Reply(status=answer.status_code, body=body, content_type=content_type, headers=_framed(passed))
    except requests.RequestException as error:
        sentence = f"The local cloud does not answer: {type(error).__name__}".encode()
        return Reply(status=502, body=sentence, content_type="text/plain; charset=utf-8")


def _framed(headers: dict[str, str]) -> dict[str, str]:
    name = "content-security-policy"
    if name in headers:
        headers[name] = headers[name].replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    return headers

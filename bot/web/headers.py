"""Headers: what every answer of the site tells the browser not to do."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "Content-Security-Policy"


def csp(*forms: str) -> str:
    """Return what a page may load; its forms lead to this site, and to these addresses."""
    allowed = " ".join(("'self'", *forms))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"font-src 'self'; connect-src 'self'; form-action {allowed}; "
        "frame-ancestors 'none'; base-uri 'none'"
    )


CSP = csp()
ALWAYS = {
    POLICY: CSP,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
HTTPS_ONLY = ("Strict-Transport-Security", "max-age=31536000")


class Headers:
    """Adds the headers to every answer, errors too; an answer may say its own instead."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        """Take the next in line, and whether browsers come by https."""
        self.app, self.https = app, https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the headers added."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
                if self.https:
                    headers.setdefault(*HTTPS_ONLY)
            await send(message)

        await self.app(scope, receive, add)

"""How the server is set up."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field

from qa_plugin.errors import SettingsError

HOST, PORT = "127.0.0.1", 8932


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Where it listens, who may ask, and how much of one who asks is put up with."""

    host: str = HOST
    port: int = PORT
    """0 takes one that is free."""
    token: str | None = field(default=None, repr=False)
    """What clients have to show; None lets everybody of this machine ask."""
    timeout_seconds: float = 180
    """For one request, waiting for its turn included."""
    upload_seconds: float = 30
    """For the body of a request to arrive."""
    body_bytes: int = 2 * 1024 * 1024
    most_at_once: int = 512
    """Requests under way; what comes beyond is told to come back."""

    def __post_init__(self) -> None:
        if not self.loopback and not self.token:
            raise SettingsError(
                f"The host {self.host} can be reached by other machines, so that a token is needed: set "
                "QA_PLUGIN_TOKEN to a long random text, or leave the host at 127.0.0.1."
            )
        if self.token is not None and not (self.token.isascii() and self.token.isprintable() and self.token.strip()):
            raise SettingsError(
                "QA_PLUGIN_TOKEN holds a character that no header can carry (its value is not shown); "
                "use letters, digits and -_."
            )
        if not 0 <= self.port <= 65535:
            raise SettingsError(f"The port is {self.port}; it must be a number from 0 to 65535.")

    @property
    def loopback(self) -> bool:
        """Whether only this machine reaches it."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether a name or address is this machine's own, said without asking a name server."""
    bare = host.strip("[]")
    if bare.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False

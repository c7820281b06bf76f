"""Where a base URL leads: what a person is told before anything is sent there."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from qa_plugin.errors import SettingsError


def host_of(base_url: str) -> str:
    """The host of a base URL.

    Raises:
        SettingsError: It is no http(s) address.
    """
    try:
        parts = urlsplit(base_url)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"}:
        # Not shown: an address may carry a password.
        raise SettingsError("OPENAI_BASE_URL is no address; it looks like https://example.org/v1.")
    return host


def address_of(base_url: str) -> str:
    """Host and port, as messages name a server; without the password that an address may carry."""
    return urlsplit(base_url).netloc.rpartition("@")[2]


def is_this_machine(host: str) -> bool:
    """Whether what is sent to this host stays on the computer."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def without_secrets(base_url: str) -> str:
    """The address without a user's name, password or query."""
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{address_of(base_url)}{parts.path}"

"""Trust between us and a broker: the TLS context of a connection."""

from __future__ import annotations

import ssl

from ingest.broker_url import BrokerUrl


def context_of(url: BrokerUrl) -> ssl.SSLContext | None:
    """How a connection to `url` is encrypted; None if it is not.

    Raises:
        OSError: a file is missing, or holds no certificate or key.
    """
    if not url.tls:
        return None
    context = ssl.create_default_context(cafile=url.ca_file)
    if url.pinned:
        # The certificate itself is the anchor: nobody else has its key, so its name says nothing more.
        context.check_hostname = False
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if url.cert_file:
        context.load_cert_chain(url.cert_file, url.key_file)
    return context

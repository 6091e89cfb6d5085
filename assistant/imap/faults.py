"""What goes wrong on a connection, in the words of our own error tree: one sentence each."""

import contextlib
import imaplib
import re
import socket
import ssl
from collections.abc import Iterator

from assistant import errors

# What imaplib and imapclient raise over an answer that they cannot read; found by changing single bytes of answers.
_UNPARSED = (ValueError, LookupError, TypeError, AttributeError, AssertionError)


class Refused(errors.MailboxError):
    """The server answered NO or BAD to one command; the connection is still good."""

    def __init__(self, where: str, command: str, said: str) -> None:
        super().__init__(f"{where} refused {command}: {said}.")
        #: the server's words, without the final full stop
        self.said = said


@contextlib.contextmanager
def translated(host: str, port: int, command: str) -> Iterator[None]:
    """Turn imapclient's, ssl's and the socket's exceptions into ours; `command` is what was being done."""
    where = f"{host}:{port}"
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise errors.UntrustedServer(
            f"The certificate of {where} cannot be verified ({error.verify_message.rstrip('.')}); nothing was "
            "sent. Check the host name, or name the authority's PEM file with ca_file."
        ) from error
    except ssl.SSLError as error:
        raise errors.MailboxError(
            f"No TLS connection to {where} ({error.reason or error}); check port and security."
        ) from error
    except imaplib.IMAP4.readonly as error:
        raise Refused(where, command, _said(error)) from error
    except imaplib.IMAP4.abort as error:
        raise errors.MailboxError(_broken(where, command, error)) from error
    except imaplib.IMAP4.error as error:
        # imapclient's own exceptions are kinds of this one.
        raise Refused(where, command, _said(error)) from error
    except ConnectionRefusedError as error:
        raise errors.MailboxError(
            f"Nothing answers at {where}; check host and port, and that the server runs."
        ) from error
    except socket.gaierror as error:
        raise errors.MailboxError(
            f"The host {host} is not known; check its name and the network."
        ) from error
    except (OSError, *_UNPARSED) as error:
        raise errors.MailboxError(_broken(where, command, error)) from error


def _broken(where: str, command: str, error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"{where} did not answer {command} in time; it will be tried again."
    return f"The connection to {where} broke at {command} ({_said(error)}); it will be tried again."


def _said(error: Exception) -> str:
    """Give the server's words on one line, bounded, without control characters."""
    # imaplib puts the bytes of an answer into its text as Python writes them.
    bare = re.sub(r"b(['\"])(.*?)\1", r"\2", str(error))
    text = " ".join("".join(c if c.isprintable() else " " for c in bare).split())
    return text[:200].rstrip(".") or type(error).__name__

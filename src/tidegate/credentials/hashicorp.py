"""Secrets in HashiCorp Vault's key-value store, version 2.

The address comes from the settings, so this is infrastructure like the database: hvac connects to
it itself, in the thread that opens credentials. Environment and redirects can't lead it elsewhere.
"""

import re
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tidegate.config import HashicorpSettings
from tidegate.errors import CredentialError, InvalidInput

if TYPE_CHECKING:
    from hvac import Client

MAX_KEPT: Final = 1000
RENEW_AT: Final = 0.8
"""The part of a login's time after which it is made anew."""
_NAME: Final = r"(?!\.+(?:/|\Z))[A-Za-z0-9._~-]+"
_PATH: Final = re.compile(f"{_NAME}(?:/{_NAME})*")


class _LoginRefused(Exception):
    """The vault does not know the role or its secret id."""


class HashicorpVault:
    """Reads fields such as ``crm/api#token``. Safe to call from several threads; blocks.

    What was read is kept for ``cache`` seconds, in memory only. ``learn`` is told of the token
    that opens the vault, so that it is never shown either.
    """

    def __init__(self, settings: HashicorpSettings, learn: Callable[[list[str]], None]) -> None:
        if settings.address is None:
            raise InvalidInput("the setting hashicorp.address is missing")
        if (settings.token_file is None) == (settings.role_id is None):
            raise InvalidInput("set either hashicorp.token_file or hashicorp.role_id")
        if settings.role_id is not None and settings.secret_id_file is None:
            raise InvalidInput("hashicorp.role_id needs hashicorp.secret_id_file")
        self._settings = settings
        self._learn = learn
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, Mapping[str, Any]]] = {}
        self._client: Client | None = None
        self._login_ends = 0.0

    def read(self, target: str) -> str:
        """The value of a field: ``path#field``, where the field is ``value`` if it is left out.

        Raises:
            CredentialError: it is not there, may not be read, or the vault does not answer; with
                the path and never with a value.
        """
        path, _, field = target.partition("#")
        with self._lock:
            value = self._secret(path, target).get(field or "value")
        if not isinstance(value, str):
            raise self._error(target, f"which has no text in the field '{field or 'value'}'")
        return value

    def _secret(self, path: str, target: str) -> Mapping[str, Any]:
        kept = self._kept.get(path)
        if kept is not None and time.monotonic() < kept[0]:
            return kept[1]
        found = self._fetch(path, target)
        if len(self._kept) >= MAX_KEPT:
            self._kept.clear()
        self._kept[path] = (time.monotonic() + self._settings.cache, found)
        return found

    def _fetch(self, path: str, target: str) -> Mapping[str, Any]:
        import requests  # noqa: PLC0415 - as hvac, which takes 700 ms to load
        from hvac import exceptions  # noqa: PLC0415 - the same

        if not _PATH.fullmatch(path):
            raise self._error(target, "which is not a path of it")
        try:
            try:
                return self._ask(path)
            except exceptions.Forbidden:
                # A login may be withdrawn before its time: once more with a fresh one.
                self._client = None
                return self._ask(path)
        except _LoginRefused:
            raise self._error(target, "which refused Tidegate's login") from None
        except exceptions.InvalidPath:
            raise self._error(target, "which is not there") from None
        except exceptions.Forbidden:
            raise self._error(target, "which Tidegate's login may not read") from None
        except exceptions.VaultError as error:
            raise self._error(target, f"which answered {type(error).__name__}") from None
        except requests.Timeout:
            raise self._error(target, "which did not answer in time") from None
        except (requests.RequestException, ValueError, KeyError, TypeError):
            raise self._error(target, "which can't be reached, or is no vault") from None

    def _ask(self, path: str) -> Mapping[str, Any]:
        client = self._logged_in()
        answer = client.secrets.kv.v2.read_secret_version(
            path=path, mount_point=self._settings.mount, raise_on_deleted_version=True
        )
        found = answer["data"]["data"]
        if not isinstance(found, Mapping):
            raise TypeError
        return found

    def _logged_in(self) -> "Client":
        if self._client is not None and time.monotonic() < self._login_ends:
            return self._client
        settings = self._settings
        client = self._new_client()
        if settings.token_file is not None:
            client.token = self._secret_file(settings.token_file)
            seconds = settings.cache  # the file may be renewed by an agent
        else:
            seconds = self._login(client)
        self._client, self._login_ends = client, time.monotonic() + seconds
        return client

    def _login(self, client: "Client") -> float:
        """Log in by AppRole; gives the seconds until it must be done anew."""
        from hvac import exceptions  # noqa: PLC0415 - as above

        assert self._settings.secret_id_file is not None
        secret_id = self._secret_file(self._settings.secret_id_file)
        try:
            login = client.auth.approle.login(self._settings.role_id, secret_id)
        except (exceptions.InvalidRequest, exceptions.Unauthorized, exceptions.Forbidden):
            raise _LoginRefused from None
        self._learn([login["auth"]["client_token"]])
        return float(login["auth"]["lease_duration"] or self._settings.cache) * RENEW_AT

    def _new_client(self) -> "Client":
        import requests  # noqa: PLC0415 - as above
        from hvac import Client  # noqa: PLC0415 - as above

        settings = self._settings
        session = requests.Session()
        session.trust_env = False
        session.verify = True if settings.ca_file is None else str(settings.ca_file)
        return Client(
            url=settings.address,
            token="",
            timeout=settings.timeout,
            allow_redirects=False,
            session=session,
            namespace=settings.namespace,
        )

    def _secret_file(self, file: Path) -> str:
        try:
            text = file.read_text("utf-8").strip()
        except (OSError, ValueError):
            raise CredentialError(
                f"the file {file}, with which Tidegate logs in to HashiCorp Vault, can't be read"
            ) from None
        self._learn([text])
        return text

    def _error(self, target: str, what: str) -> CredentialError:
        return CredentialError(
            f"it refers to {target} in HashiCorp Vault at {self._settings.address}, {what}"
        )

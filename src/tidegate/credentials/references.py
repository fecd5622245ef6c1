"""Fields that say where their value is, instead of holding it.

``{"$env": NAME}``, ``{"$file": PATH}`` and ``{"$vault": "PATH#FIELD"}`` are looked up each time the
credential is opened, so that a value that was changed outside is used at once. The operator says
what may be referred to: who may store a credential could else send any file to a server of theirs.
"""

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tidegate.config import ReferenceSettings, environment_variable
from tidegate.errors import CredentialError

if TYPE_CHECKING:
    from tidegate.credentials.hashicorp import HashicorpVault

ENV: Final = "$env"
FILE: Final = "$file"
VAULT: Final = "$vault"
MAX_FILE: Final = 64 * 1024
_PLACEHOLDER: Final = "0000000000000000"


def reference_of(value: Any) -> tuple[str, str] | None:
    """The kind and the target of a reference; None for any other value."""
    if isinstance(value, Mapping) and len(value) == 1:
        kind, target = next(iter(value.items()))
        if kind in (ENV, FILE, VAULT) and isinstance(target, str) and target:
            return kind, target
    return None


def referring_fields(values: Any) -> frozenset[str]:
    """The names of the fields that hold a reference somewhere."""
    if not isinstance(values, Mapping):
        return frozenset()
    return frozenset(str(name) for name, value in values.items() if _refers(value))


def _refers(value: Any) -> bool:
    if reference_of(value) is not None:
        return True
    return isinstance(value, Mapping) and any(_refers(part) for part in value.values())


def with_placeholders(values: Any) -> Any:
    """The values with every reference replaced by some text: what can be checked before use."""
    return _replaced(values, lambda _kind, _target: _PLACEHOLDER)


class References:
    """Looks references up, as far as the operator allows it."""

    def __init__(self, allowed: ReferenceSettings, vault: "HashicorpVault | None" = None) -> None:
        self._allowed = allowed
        self._vault = vault

    def resolved(self, values: Any) -> Any:
        """The values with every reference replaced by what it refers to. Blocks.

        Raises:
            CredentialError: it is not allowed, leads nowhere, or can't be read; with the
                reference, and never with what was read.
        """
        return _replaced(values, self._look_up)

    def _look_up(self, kind: str, target: str) -> str:
        if kind == ENV:
            return self._variable(target)
        if kind == FILE:
            return self._file(target)
        if self._vault is None:
            raise CredentialError(
                f"it refers to {target} in HashiCorp Vault, whose address the operator gives with "
                "the setting hashicorp.address"
            )
        return self._vault.read(target)

    def _variable(self, name: str) -> str:
        if not any(fnmatchcase(name, pattern) for pattern in self._allowed.environment):
            raise CredentialError(
                f"it refers to the environment variable {name}; the operator allows that with the "
                "setting references.environment"
            )
        text = environment_variable(name)
        if text is None:
            raise CredentialError(f"it refers to the environment variable {name}, which is not set")
        return text

    def _file(self, name: str) -> str:
        if not self._is_allowed(Path(name)):
            raise CredentialError(
                f"it refers to the file {name}; the operator allows that with the setting "
                "references.folders"
            )
        try:
            with Path(name).open("rb") as file:
                data = file.read(MAX_FILE + 1)
            if len(data) > MAX_FILE:
                raise CredentialError(f"it refers to the file {name}, which is too large")
            return data.decode().removesuffix("\n").removesuffix("\r")
        except OSError as error:
            reason = error.strerror
        except ValueError:
            reason = "it is not text"
        raise CredentialError(f"it refers to the file {name}, which can't be read: {reason}")

    def _is_allowed(self, path: Path) -> bool:
        """Whether a file lies in an open folder; links are followed, as Kubernetes has many."""
        if not path.is_absolute():
            return False
        try:
            real = path.resolve()
            return any(
                real.is_relative_to(Path(folder).resolve()) for folder in self._allowed.folders
            )
        except (OSError, ValueError, RuntimeError):  # a loop of links, or a NUL in the name
            return False


def _replaced(value: Any, replace: Callable[[str, str], str]) -> Any:
    found = reference_of(value)
    if found is not None:
        return replace(*found)
    if isinstance(value, Mapping):
        return {key: _replaced(part, replace) for key, part in value.items()}
    return value

"""Wave keys: the private halves that unseal waiting answers, each an owner-only file outside the database.

The public half stands in the database and seals; whoever has the database alone can read nothing that waits.
Only mixing reads a private half. It is destroyed once its wave is closed and nothing waits any more.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey

from survey.errors import SurveyError


class KeyStoreError(SurveyError):
    """A private key that cannot be used; ``path`` is the file where it belongs."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(
            f"{fault}：{path}。没有它，该轮次收件箱中尚未入库的答卷无法解读（已入库的不受影响）；"
            "请把原来的密钥文件放回此处（权限 600）再试，期间答卷仍在收件箱中，不会丢失"
        )
        self.path = path


class MissingKeyError(KeyStoreError):
    """A private key whose file is not there or cannot be read."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "找不到或读不了轮次密钥文件")


class ForeignKeyFileError(KeyStoreError):
    """A file that holds something else than the private key it is named after."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "密钥文件的内容与轮次不符")


class Keys:
    """The key store: one folder, one file a wave, named after the fingerprint of its public half.

    The name follows from the key and not from the wave, so that several databases can share a folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def beside(cls, instance_path: Path) -> Keys:
        """Return the key store of the installation in this folder."""
        return cls(instance_path / "keys")

    def make_pair(self) -> bytes:
        """Make a new key pair, keep its private half durably, and return the public half, 32 bytes."""
        private = PrivateKey.generate()
        public = bytes(private.public_key)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_durably(self.locate(public), bytes(private).hex())
        return public

    def read_private(self, public: bytes) -> PrivateKey:
        """Return the private half; raise MissingKeyError or ForeignKeyFileError, both naming the file."""
        path = self.locate(public)
        try:
            private = PrivateKey(bytes.fromhex(path.read_text(encoding="ascii")))
        except OSError as error:
            raise MissingKeyError(path) from error
        except (ValueError, CryptoError) as error:
            raise ForeignKeyFileError(path) from error
        if bytes(private.public_key) != public:
            raise ForeignKeyFileError(path)
        return private

    def has_private(self, public: bytes) -> bool:
        """Whether the private half is here and fits."""
        try:
            self.read_private(public)
        except KeyStoreError:
            return False
        return True

    def destroy_private(self, public: bytes) -> bool:
        """Overwrite and remove the private half; say whether it was here."""
        path = self.locate(public)
        if not path.exists():
            return False
        _overwrite(path)
        path.unlink()
        _sync_folder(self._folder)
        return True

    def locate(self, public: bytes) -> Path:
        """Return where the private half belongs, whether or not it is there."""
        return self._folder / f"wave-{hashlib.sha256(public).hexdigest()[:16]}.key"


def _write_durably(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(path.parent)


def _overwrite(path: Path) -> None:
    # A journal or a flash disk may keep the old block all the same; docs/anonymity.md says so.
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(size))
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    # Systems that cannot open a folder keep the entry by other means.
    with contextlib.suppress(PermissionError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

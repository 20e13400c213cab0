"""Uploads that are too large are passed over while they arrive: they never fill the disk."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from ifnotyou.services.uploads import MOST_MEGABYTES

_MOST_BYTES = (MOST_MEGABYTES + 1) * 1_000_000  # with what a form puts around a file


def is_too_large(request: HttpRequest) -> bool:
    """Whether the files of this request were passed over."""
    return int(request.META.get("CONTENT_LENGTH") or 0) > _MOST_BYTES


class SkipLargeFiles(FileUploadHandler):
    """Stands first among the handlers, and lets only requests through that say they are small enough."""

    too_large = False

    def handle_raw_input(
        self,
        _input_data: Any,
        _meta: dict[str, str],
        content_length: int,
        _boundary: str,
        _encoding: str | None = None,
    ) -> None:
        """Look at the size; the server sees to it that no more arrives than was said."""
        self.too_large = content_length > _MOST_BYTES

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Pass a file over, or leave it to the next handler."""
        super().new_file(*args, **kwargs)
        if self.too_large:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, _start: int) -> bytes:
        """Hand everything on."""
        return raw_data

    def file_complete(self, _file_size: int) -> None:
        """The next handler has the file."""

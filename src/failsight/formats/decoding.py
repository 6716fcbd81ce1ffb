"""Bytes to text while they arrive: gzip by its magic bytes, a byte order mark dropped, UTF-8 checked by record."""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Generator, Iterable, Iterator

from failsight.errors import UnreadableFile

_GZIP = b"\x1f\x8b"
_SLICE = 1 << 18
MAGIC = 8
_OTHER_KINDS: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "it is a zip archive or an Excel file", "Unpack it, or save the sheet as CSV."),
    (b"PAR1", "it is a Parquet file", "Convert it to JSON Lines first."),
    (b"\x28\xb5\x2f\xfd", "it is compressed with zstd", "Unpack it first: zstd -dc FILE | failsight analyze -"),
    (b"BZh", "it is compressed with bzip2", "Unpack it first: bzip2 -dc FILE | failsight analyze -"),
    (b"\xfd7zXZ", "it is compressed with xz", "Unpack it first: xz -dc FILE | failsight analyze -"),
    (codecs.BOM_UTF32_LE, "it is UTF-32, not UTF-8", "Convert it: iconv -f UTF-32 -t UTF-8 FILE"),
    (codecs.BOM_UTF16_LE, "it is UTF-16, not UTF-8", "Convert it: iconv -f UTF-16 -t UTF-8 FILE"),
    (codecs.BOM_UTF16_BE, "it is UTF-16, not UTF-8", "Convert it: iconv -f UTF-16 -t UTF-8 FILE"),
)  # fmt: skip
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def decode(chunks: Iterable[bytes], name: str) -> Iterator[str]:
    """Text of the bytes, in pieces of at most about 256 thousand characters. Bytes that are not UTF-8 come through as
    marks that ``is_utf8`` finds, so that one broken record spoils no other. Raises UnreadableFile for other file kinds
    and for a damaged archive, after the text before the damage.
    """
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    first = True
    for piece in _gathered(_unpack(chunks, name)):
        if first:
            first = False
            _refuse_other_kinds(piece, name)
            piece = piece.removeprefix(codecs.BOM_UTF8)  # noqa: PLW2901
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def is_utf8(text: str) -> bool:
    """Whether decoded text came from valid UTF-8."""
    return text.isascii() or _NOT_UTF8.search(text) is None


def mend(text: str) -> str:
    """Half of a surrogate pair, as truncated JSON escapes leave behind, becomes U+FFFD; everything else stays."""
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


def _unpack(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """The chunks, unpacked when they are gzip."""
    unpacker = None
    for place, chunk in enumerate(_gathered(chunks)):
        if place == 0 and chunk.startswith(_GZIP):
            unpacker = zlib.decompressobj(wbits=31)
        if unpacker is None:
            yield chunk
        else:
            unpacker = yield from _gunzip(unpacker, chunk, name)
    if unpacker is not None and not unpacker.eof:
        raise UnreadableFile(path=name, problem="the gzip file is cut off", fix="Copy or download it again.")


def _gathered(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, the first chunk long enough to hold every magic number."""
    head: bytes | None = b""
    for chunk in chunks:
        if head is not None:
            head += chunk
            if len(head) < MAGIC:
                continue
            yield head
            head = None
        else:
            yield chunk
    if head:
        yield head


def _gunzip(unpacker: zlib._Decompress, data: bytes, name: str) -> Generator[bytes, None, zlib._Decompress]:
    """Unpacks in bounded slices; a gzip file may hold several members one after the other."""
    while data:
        if unpacker.eof:
            unpacker = zlib.decompressobj(wbits=31)
        try:
            piece = unpacker.decompress(data, _SLICE)
        except zlib.error as broken:
            raise UnreadableFile(
                path=name, problem=f"the gzip file is damaged ({broken})", fix="Copy or download it again."
            ) from broken
        data = unpacker.unused_data.lstrip(b"\0") if unpacker.eof else unpacker.unconsumed_tail
        if piece:
            yield piece
    return unpacker


def _refuse_other_kinds(head: bytes, name: str) -> None:
    for magic, problem, fix in _OTHER_KINDS:
        if head.startswith(magic):
            raise UnreadableFile(path=name, problem=problem, fix=fix)
    if b"\0" in head[:4096]:
        raise UnreadableFile(path=name, problem="it holds binary data, not text", fix="Give JSON, JSON Lines or CSV.")

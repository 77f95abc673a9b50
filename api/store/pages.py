"""Walking through documents page by page, for callers that want all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator

from api.store.ports import Document, Documents

PAGE = 100


async def find_all(documents: Documents, kind: str, field: str, value: str) -> AsyncIterator[Document]:
    """Every document whose declared field equals value, in order of id. Raises StoreError."""
    after, found = "", await documents.find(kind, field, value, limit=PAGE)
    while found:
        for document in found:
            yield document
        after = found[-1].id
        found = await documents.find(kind, field, value, after, PAGE) if len(found) == PAGE else []

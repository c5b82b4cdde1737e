"""What the rules baseline reads off an article: proposed values, never annotations."""

from __future__ import annotations

from goldwire.schema.document import Document

__all__ = ["propose"]


def propose(document: Document) -> Document | None:
    """The document as the rules baseline would annotate it; ``None`` where it cannot."""
    import msgspec

    from goldwire.evaluate.extractors import blind, find_extractor

    found = find_extractor("rules")(blind(document))
    layers = {name: tuple(getattr(found, name, ()) or ()) for name in ("times", "quantities")}
    return msgspec.structs.replace(document, **layers)

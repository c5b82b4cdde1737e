"""A document as the cell of a notebook: one line of facts, and its page in a frame.

The frame holds the page of :mod:`.html` as it is, closed off: its style sheet touches no other
cell, it may run no script and open nothing, and what the article says cannot leave it.
"""

from __future__ import annotations

from markupsafe import escape

from goldwire.schema.document import Document
from goldwire.schema.positions import visible

from .html import render_html

__all__ = ["render_cell"]

_HEIGHT = "30rem"


def render_cell(document: Document) -> str:
    """The article with its marks and tables, in a form fit for a cell."""
    facts = escape(visible(repr(document)))
    page = escape(render_html(document, framed=True))
    name = escape(visible(document.id))
    return (
        f"<p><code>{facts}</code></p>\n"
        f'<iframe sandbox title="{name}" srcdoc="{page}" '
        f'style="width: 100%; height: {_HEIGHT}; border: 1px solid #8888"></iframe>'
    )

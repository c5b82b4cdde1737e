"""An invented article for the tests of the rules extractor, and how to make documents of texts."""

from __future__ import annotations

import hashlib

from goldwire.schema.document import Document, Metadata

ARTICLE = """Two soldiers killed in roadside bombing in Mali

GAO, Mali: A roadside bomb struck an army convoy near Gao on Monday, killing two soldiers and \
wounding five others, the Malian army said in a statement.

"The terrorists will not go unpunished," Colonel Moussa Diarra told AFP. The army blamed \
al-Qaeda in the Islamic Maghreb (AQIM) for the attack.

French troops stationed at a base in Gao shot down a drone on Sunday night. There was no damage. \
Jihadists often attack convoys in the area. More than 20 villagers were abducted by gunmen last \
week in Mopti, a local official said. He denied that the hostages had been killed.
"""


def article(text: str, dct: str | None = "2021-06-16", language: str = "en") -> Document:
    """A bare document of ``text``."""
    return Document(
        id="invented",
        schema="newswire/1.0",
        language=language,
        text=text,
        length=len(text),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        metadata=Metadata(dct=dct),
    )

"""A labeller on the article that tests press keys for."""

from __future__ import annotations

from pathlib import Path

import pytest

from goldwire.annotate.screen.labeller import Labeller
from goldwire.corpus.ingest import ingest
from tests.annotate.screen.making import make_labeller
from tests.annotate.screen.pressing import TEXT


@pytest.fixture
def labeller(tmp_path: Path) -> Labeller:
    return make_labeller(tmp_path, ingest(TEXT, id="velmar"))

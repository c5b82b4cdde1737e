"""Files for views."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.evaluate.views.viewing import Write


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file, text as it is, a list as JSON Lines, anything else as JSON; gives its path."""

    def written(name: str, content: object) -> str:
        path = tmp_path / name
        if isinstance(content, list):
            content = "".join(json.dumps(line) + "\n" for line in content)
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return str(path)

    return written

"""A database for every test that asks for one, of each kind that there is."""

from __future__ import annotations

import getpass
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine
from sqlalchemy.exc import OperationalError

from goldwire.annotate.store import Store, Task
from tests.making import article


def _programs() -> Path | None:
    """The folder of PostgreSQL's programs: Debian keeps them off the path, one for a version."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda each: each.parts[-3].rjust(9, "0"),
    )
    return versions[-1].parent if versions else None


@pytest.fixture(scope="session")
def postgresql() -> Iterator[URL]:
    """A PostgreSQL of our own: an empty database, gone when the session ends."""
    programs, setpriv = _programs(), shutil.which("setpriv")
    if programs is None or setpriv is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    user = getpass.getuser()
    # The server ends with the tests, even where those are killed.
    alone = [setpriv, "--pdeathsig", "INT"]
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = "postgres"
        alone += ["--reuid", user, "--regid", user, "--clear-groups"]
    folder = Path(tempfile.mkdtemp(prefix="goldwire-postgresql-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, user, user)
        word, data = secrets.token_hex(8), folder / "data"
        (folder / "word").write_text(word)
        (folder / "word").chmod(0o644)  # in a folder that nobody else may enter
        subprocess.run(
            [*alone, programs / "initdb", "--pgdata", data, "--username", "writer",
             "--pwfile", folder / "word", "--auth", "scram-sha-256", "--encoding", "UTF8",
             "--locale", "C", "--no-sync"],
            check=True, capture_output=True, cwd=folder,
        )  # fmt: skip
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with (folder / "log").open("w") as log:
            server = subprocess.Popen(
                [*alone, programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1",
                 "-c", "unix_socket_directories=", "-c", "fsync=off"],
                cwd=folder, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            url = URL.create("postgresql+psycopg", "writer", word, "127.0.0.1", port, "postgres")
            _wait(url, server, folder / "log")
            yield url
        finally:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(url: URL, server: subprocess.Popen[bytes], log: Path) -> None:
    engine = create_engine(url)
    for _ in range(300):
        assert server.poll() is None, log.read_text()
        try:
            engine.connect().close()
        except OperationalError:
            time.sleep(0.05)
        else:
            engine.dispose()
            return
    raise AssertionError(log.read_text())


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a project can be made: a file, or a schema of its own in the server."""
    if request.param == "sqlite":
        return str(tmp_path / "goldwire.db")
    server: URL = request.getfixturevalue("postgresql")
    schema = f"test_{secrets.token_hex(8)}"
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    engine.dispose()
    own = server.update_query_dict({"options": f"-csearch_path={schema}"})
    return own.render_as_string(hide_password=False)


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    """A project with the article in it."""
    made = Store(place, create=True)
    made.add_document(article())
    yield made
    made.close()


@pytest.fixture
def task(store: Store) -> Task:
    """Ann's task on the article."""
    return store.task("velmar", "ann")

"""Every test that asks for `new_url` or `ledger` runs on SQLite and, when one is given, on PostgreSQL."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.schema import CreateSchema, DropSchema

from prebill.ledger.sql import SqlLedger

POSTGRES = os.environ.get("PREBILL_TEST_POSTGRES")


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Return a function that makes the URL of another empty database."""
    if request.param == "sqlite":
        yield lambda: str(tmp_path / f"{uuid.uuid4().hex}.sqlite3")
    elif POSTGRES:
        yield from _schemas(POSTGRES)
    else:
        pytest.skip("PREBILL_TEST_POSTGRES holds no URL of a PostgreSQL database")


@pytest.fixture
def url(new_url: Callable[[], str]) -> str:
    return new_url()


@pytest.fixture
def ledger(url: str) -> Iterator[SqlLedger]:
    with closing(SqlLedger.open(url)) as opened:
        yield opened


def _schemas(url: str) -> Iterator[Callable[[], str]]:
    """Give every ledger a schema of its own, and drop them all in the end."""
    engine = create_engine(url)
    names: list[str] = []

    def make() -> str:
        name = f"prebill_{uuid.uuid4().hex}"
        with engine.begin() as connection:
            connection.execute(CreateSchema(name))
        names.append(name)
        own = make_url(url).update_query_dict({"options": f"-csearch_path={name}"})
        return own.render_as_string(hide_password=False)

    yield make
    for name in names:
        with engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
            connection.execute(DropSchema(name, cascade=True))
    engine.dispose()

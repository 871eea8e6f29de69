"""Queries of databases: one answer, nothing but reading, an end to every one."""

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from report.facts.feeds import Sql
from report.monitor import databases
from report.monitor.databases import Databases, answer
from report.monitor.feed_documents import FeedError
from report.monitor.feed_judging import Raw
from report.monitor.feed_values import FeedOutcome

URL = "sqlite:///data/register.sqlite3"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    connection = sqlite3.connect(tmp_path / "data/register.sqlite3")
    connection.execute("create table product (name text, age integer, dose real, scan blob)")
    connection.execute(
        "insert into product values ('艾米迈托赛', 14, 1.5, x'00'), ('Ryoncil', 2, null, null)"
    )
    connection.commit()
    connection.close()
    return tmp_path


def asked(folder: Path, query: str, **parameters: str) -> list[tuple[Raw, ...]]:
    sql = Sql.model_construct(url=URL, query=query, parameters=parameters)
    return answer(sql, Databases(folder), most=1)[1]


def refused(folder: Path, query: str) -> FeedError:
    with pytest.raises(FeedError) as failed:
        asked(folder, query)
    return failed.value


def test_parameters_are_values_and_never_part_of_the_query(folder: Path) -> None:
    query = "select age, dose from product where name = :name"
    assert asked(folder, query, name="艾米迈托赛") == [(Raw("14", is_text=False), Raw("1.5", is_text=False))]
    assert asked(folder, query, name="x' or 1 = 1 --") == []


def test_nothing_is_an_empty_text_and_bytes_are_no_value(folder: Path) -> None:
    assert asked(folder, "select dose from product where name = 'Ryoncil'") == [(Raw(""),)]
    assert refused(folder, "select scan from product where age = 14").outcome is FeedOutcome.WRONG_TYPE


@pytest.mark.parametrize(
    "query",
    [
        "with x as (select 1) insert into product select 'a', 1, 1, null",
        "with x as (select 1) delete from product",
        "with x as (select 1) update product set age = 1",
        "select load_extension('x')",
        "select * from pragma_table_info('product')",
        "select 1; drop table product",
        "attach 'other' as other",
        "pragma query_only = off",
        "create table other (a)",
    ],
)
def test_nothing_but_reading_is_done(folder: Path, query: str) -> None:
    before = (folder / "data/register.sqlite3").read_bytes()
    assert refused(folder, query).outcome is FeedOutcome.UNREADABLE
    assert (folder / "data/register.sqlite3").read_bytes() == before
    assert [path.name for path in (folder / "data").iterdir()] == ["register.sqlite3"]


def test_a_query_that_does_not_end_is_ended(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "TIME_LIMIT_SECONDS", 0.0)
    endless = "with recursive c(x) as (select 1 union all select x + 1 from c) select max(x) from c"
    assert "takes more than" in refused(folder, endless).message


def test_a_value_that_is_too_large_is_not_made(folder: Path) -> None:
    assert "too big" in refused(folder, "select hex(zeroblob(2000000000))").message


def test_more_rows_than_are_asked_for_are_a_failure(folder: Path) -> None:
    assert refused(folder, "select age from product").outcome is FeedOutcome.MISSING


def test_a_file_that_is_no_database_says_so(folder: Path) -> None:
    (folder / "data/register.sqlite3").write_bytes(b"not a database at all" * 100)
    assert "not a database" in refused(folder, "select 1 from product").message


def test_a_link_is_not_followed_and_a_missing_file_is_not_made(folder: Path) -> None:
    path = folder / "data/register.sqlite3"
    path.rename(folder / "elsewhere")
    assert "no file data/register.sqlite3" in refused(folder, "select 1").message
    path.symlink_to(folder / "elsewhere")
    assert "no file data/register.sqlite3" in refused(folder, "select 1").message


def test_other_databases_are_asked_only_where_the_settings_name_them(folder: Path) -> None:
    url = "postgresql+psycopg://reader@db.example.org/registry"
    sql = Sql(url=url, query="select 1")
    with pytest.raises(FeedError) as failed:
        answer(sql, Databases(folder), most=1)
    assert "monitor.allow_databases" in failed.value.message
    with pytest.raises(FeedError) as failed:
        answer(sql, Databases(folder, [url]), most=1)
    assert failed.value.outcome is FeedOutcome.UNREACHABLE
    assert "this machine cannot speak to it" in failed.value.message


def test_a_password_comes_from_a_variable_or_a_file_that_one_names(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    names = {"FEED_PASSWORD_DB_EXAMPLE_ORG_FILE": str(tmp_path / "secret")}
    assert databases._password("db.example.org", names) == "from a file"
    names["FEED_PASSWORD_DB_EXAMPLE_ORG"] = "from a variable"
    assert databases._password("db.example.org", names) == "from a variable"
    assert databases._password("other.example.org", names) is None


class Elsewhere(SQLiteDialect_pysqlite):
    """A database of another kind, behind an address with a host; it lies in a file all the same."""

    name = "elsewhere"
    supports_statement_cache = True
    path = ""
    asked: list[sqlalchemy.URL] = []

    def create_connect_args(self, url: sqlalchemy.URL) -> tuple[list[str], dict[str, object]]:
        self.asked.append(url)
        return [self.path], {"check_same_thread": False, "isolation_level": None}

    def do_begin(self, dbapi_connection: sqlite3.Connection) -> None:
        # As others do; sqlite3 begins by itself, and only before what it knows for a change.
        dbapi_connection.execute("begin")


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    # Tests are imported under names that cannot be imported again, so the module itself is handed over.
    monkeypatch.setitem(sqlalchemy.dialects.registry.impls, "elsewhere", lambda: Elsewhere)


def test_another_database_is_logged_into_and_what_a_query_does_to_it_is_taken_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "data/register.sqlite3"
    monkeypatch.setattr(Elsewhere, "path", str(path))
    monkeypatch.setattr(Elsewhere, "asked", [])
    url = "elsewhere://reader@db.example.org/registry"
    allowed = Databases(folder, [url], {"FEED_PASSWORD_DB_EXAMPLE_ORG": "a pass word"})
    assert answer(Sql(url=url, query="select age from product where age > 10"), allowed, most=1)[1] == [
        (Raw("14", is_text=False),)
    ]
    assert [(asked.username, asked.password) for asked in Elsewhere.asked] == [("reader", "a pass word")]
    before = path.read_bytes()
    answer(
        Sql(url=url, query="with x as (select 1) insert into product select 'a', 1, 1, null returning age"),
        allowed,
        1,
    )
    assert path.read_bytes() == before


def test_a_failure_of_another_database_does_not_tell_its_password(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("login of reader with 'a pass word' refused")

    monkeypatch.setattr(Elsewhere, "connect", refuse)
    url = "elsewhere://reader@db.example.org/registry"
    allowed = Databases(folder, [url], {"FEED_PASSWORD_DB_EXAMPLE_ORG": "a pass word"})
    with pytest.raises(FeedError) as failed:
        answer(Sql(url=url, query="select 1"), allowed, most=1)
    assert "refused" in failed.value.message
    assert "a pass word" not in failed.value.message

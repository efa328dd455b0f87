"""What a deployment sets is read as it says."""

import stat

import pytest

from grappe.hub.config import environment
from grappe.hub.config.secret import kept_secret
from grappe.hub.config.static_files import is_immutable


def test_a_secret_may_lie_in_a_file(tmp_path):
    secret = tmp_path / "key"
    secret.write_text("from the file\n")
    assert environment.value("GRAPPE_SECRET_KEY", {"GRAPPE_SECRET_KEY_FILE": str(secret)}) == "from the file"
    both = {"GRAPPE_SECRET_KEY_FILE": str(secret), "GRAPPE_SECRET_KEY": "given"}
    assert environment.value("GRAPPE_SECRET_KEY", both) == "given"


def test_an_undeclared_setting_is_refused():
    with pytest.raises(KeyError):
        environment.value("GRAPPE_UNKNOWN", {})


def test_postgresql_is_read_from_its_address(tmp_path):
    entry = environment.database_from(
        "postgresql://u:p%40ss@db.example:5433/grappe?sslmode=require", tmp_path
    )
    assert entry == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "grappe",
        "USER": "u",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_socket_folder_may_be_the_host(tmp_path):
    entry = environment.database_from("postgresql:///grappe?host=/run/pg", tmp_path)
    assert (entry["HOST"], entry["NAME"], entry["OPTIONS"]) == ("/run/pg", "grappe", {})


@pytest.mark.parametrize(
    ("url", "name"),
    [("", "{home}/grappe.sqlite3"), ("sqlite:////srv/g.db", "/srv/g.db"), ("sqlite:///g.db", "g.db")],
)
def test_sqlite_takes_the_lock_at_begin(tmp_path, url, name):
    entry = environment.database_from(url, tmp_path)
    assert entry["NAME"] == name.format(home=tmp_path)
    assert entry["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_another_database_is_refused(tmp_path):
    with pytest.raises(ValueError, match="mysql"):
        environment.database_from("mysql://u@h/d", tmp_path)


def test_a_made_secret_is_kept_and_private(tmp_path):
    path = tmp_path / "home" / "secret-key"
    first = kept_secret(path)
    assert len(first) > 60
    assert kept_secret(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_only_names_that_hold_a_version_or_a_hash_are_kept_for_ever():
    assert is_immutable("", "/static/vendor/maplibre-gl-6.17.0/maplibre-gl.mjs")
    assert is_immutable("", "/static/grappe/css/base.0123456789ab.css")
    assert not is_immutable("", "/static/grappe/css/base.css")
    assert not is_immutable("", "/static/vendor/readme.txt")

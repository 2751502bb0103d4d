"""The settings: where they come from, what is refused, what is shown."""

import json
import os

import pytest

from cubestudio.cli import settings as shown
from cubestudio.core.config import SECTIONS, Settings
from cubestudio.core.errors import Invalid


@pytest.fixture(autouse=True)
def empty(monkeypatch, tmp_path):
    for name in list(os.environ):
        if name.startswith("CUBE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CUBE_HOME", str(tmp_path))


def test_a_variable_overrides_the_file_and_the_file_the_default(monkeypatch, tmp_path):
    file = tmp_path / "cubestudio.toml"
    file.write_text('port = 9000\nhost = "0.0.0.0"\nallowed_volumes = ["data(pvc)"]\n')
    monkeypatch.setenv("CUBE_CONFIG_FILE", str(file))
    monkeypatch.setenv("CUBE_PORT", "9001")
    found = Settings.read()
    assert (found.port, found.host, found.allowed_volumes) == (9001, "0.0.0.0", ("data(pvc)",))
    sources = {each.variable: each.source for each in shown.current(found)}
    assert [sources[name] for name in ("CUBE_PORT", "CUBE_HOST", "CUBE_LOG_JSON")] == [
        "environment",
        "file",
        "default",
    ]


@pytest.mark.parametrize(
    ("name", "value", "reason", "part"),
    [
        ("CUBE_DATABSE_URL", "x", "SETTING_UNKNOWN_NEAR", "CUBE_DATABSE_URL is not a setting."),
        ("CUBE_QQQQQQ", "x", "SETTING_UNKNOWN", "CUBE_QQQQQQ is not a setting."),
        ("CUBE_PORT", "eighty", "SETTING_VALUE_INVALID", "CUBE_PORT: "),
        ("CUBE_PORT", "99999", "SETTING_VALUE_INVALID", "CUBE_PORT: "),
        ("CUBE_LINKS", "{", "SETTING_NOT_JSON", "CUBE_LINKS must be JSON."),
        (
            "CUBE_PROVIDERS",
            '[{"name": "a"}]',
            "SETTING_VALUE_INVALID",
            "CUBE_PROVIDERS[0]: A provider of kind oidc",
        ),
        ("CUBE_REDIS_URL", "http://x", "SETTING_VALUE_INVALID", "CUBE_REDIS_URL: It must be redis://"),
        (
            "CUBE_SMTP_URL",
            "smtp://a",
            "SETTINGS_INCONSISTENT",
            "Settings: CUBE_SMTP_URL needs CUBE_MAIL_FROM.",
        ),
        ("CUBE_CONFIG_FILE", "/nowhere.toml", "SETTINGS_FILE_UNREADABLE", "/nowhere.toml cannot be read"),
        ("CUBE_CONFIG_FILE", "/proc/self/exe", "SETTINGS_FILE_UNREADABLE", "/proc/self/exe cannot be read"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_variable(monkeypatch, name, value, reason, part):
    monkeypatch.setenv(name, value)
    with pytest.raises(Invalid) as refused:
        Settings.read()
    assert str(refused.value).startswith(part)
    assert refused.value.message.reason == reason
    if reason == "SETTING_UNKNOWN_NEAR":
        assert "Did you mean CUBE_DATABASE_URL?" in (refused.value.hint or "")


@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_a_file_of_settings_is_a_regular_one(monkeypatch, tmp_path, kind):
    """What never ends, or never begins, is not waited for."""
    path = {"pipe": tmp_path / "pipe", "folder": tmp_path, "device": "/dev/zero"}[kind]
    if kind == "pipe":
        os.mkfifo(path)
    monkeypatch.setenv("CUBE_CONFIG_FILE", str(path))
    with pytest.raises(Invalid, match="cannot be read: It is not a regular file"):
        Settings.read()


def test_an_unknown_name_in_the_file_is_refused(monkeypatch, tmp_path):
    file = tmp_path / "cubestudio.toml"
    file.write_text("prot = 9000\n")
    monkeypatch.setenv("CUBE_CONFIG_FILE", str(file))
    with pytest.raises(Invalid, match="CUBE_PROT is not a setting"):
        Settings.read()


def test_variables_of_clients_of_steps_and_of_service_links_pass(monkeypatch):
    for name in ("CUBE_URL", "CUBE_TOKEN", "CUBE_TEST_IMAGE", "CUBE_WEB_SERVICE_HOST"):
        monkeypatch.setenv(name, "x")
    for name in ("CUBE_WEB_SERVICE_PORT_HTTP", "CUBE_WEB_PORT", "CUBE_WEB_PORT_80_TCP_ADDR"):
        monkeypatch.setenv(name, "tcp://10.0.0.1:80")
    Settings.read()
    monkeypatch.setenv("CUBE_RUN_ID", "r")
    with pytest.raises(Invalid):
        Settings.read()
    monkeypatch.setenv("CUBE_PROJECT", "default")
    Settings.read()


def test_no_secret_is_shown(monkeypatch):
    for name, value in {
        "CUBE_STORE_SECRET": "hunter2",
        "CUBE_METRICS_TOKEN": "hunter2hunter2hunter2",
        "CUBE_SECRET_KEYS": '["hunter2"]',
        "CUBE_DATABASE_URL": "mysql+aiomysql://cube:hunter2/@hunter2@db/cube",
        "CUBE_REDIS_URL": "redis://:hunter2@redis/0",
        "CUBE_SMTP_URL": "smtps://mail%40corp:hunter2@mail.example:465",
        "CUBE_MAIL_FROM": "Cube Studio <cube@example.com>",
        "CUBE_LINKS": '{"a": "https://u:hunter2@a.example/x", "b": "https://b.example/@u"}',
        "CUBE_PROVIDERS": json.dumps(
            [{"name": "corp", "issuer": "https://a.example", "client_id": "c", "client_secret": "hunter2"}]
        ),
    }.items():
        monkeypatch.setenv(name, value)
    found = {each.variable: each.value for each in shown.current(Settings.read())}
    assert "hunter2" not in str(found)
    assert found["CUBE_DATABASE_URL"] == "mysql+aiomysql://cube:***@db/cube"
    assert found["CUBE_REDIS_URL"] == "redis://:***@redis/0"
    assert found["CUBE_SMTP_URL"] == "smtps://mail%40corp:***@mail.example:465"
    assert found["CUBE_LINKS"] == '{"a": "https://u:***@a.example/x", "b": "https://b.example/@u"}'


def test_every_setting_says_what_it_does():
    for section in SECTIONS:
        for name, field in section.model_fields.items():
            assert (field.description or "").endswith("."), name

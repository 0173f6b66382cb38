"""What `pip config list` prints, as variables of uv."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from triage.environment.setup.packages.mirror import translate, uv_settings

_ALWAYS = {
    "UV_INDEX_STRATEGY": "unsafe-best-match",
    "UV_SYSTEM_CERTS": "true",
    "UV_NO_CONFIG": "1",
    "UV_NO_PROGRESS": "1",
    "UV_HTTP_RETRIES": "3",
}


@pytest.mark.parametrize(
    ("listing", "wanted"),
    [
        pytest.param("", {}, id="none"),
        pytest.param(
            "global.index-url='https://mirror/simple'\n",
            {"UV_DEFAULT_INDEX": "https://mirror/simple"},
            id="index",
        ),
        pytest.param(
            "global.index-url='https://a'\ninstall.index-url='https://b'\n:env:.index-url='https://c'\n",
            {"UV_DEFAULT_INDEX": "https://c"},
            id="the stronger counts",
        ),
        pytest.param(
            ":env:.index-url='https://c'\nglobal.index-url='https://a'\n",
            {"UV_DEFAULT_INDEX": "https://c"},
            id="in any order",
        ),
        pytest.param("download.index-url='https://a'\n", {}, id="another command"),
        pytest.param(
            "global.extra-index-url='\\nhttps://a\\nhttps://b'\n",
            {"UV_INDEX": "https://a https://b"},
            id="several",
        ),
        pytest.param(
            "global.find-links='/nowhere / file:///x%20y'\n",
            {"UV_FIND_LINKS": "/,file:///x%20y"},
            id="folders that are there",
        ),
        pytest.param(":env:.no-index='1'\n", {"UV_NO_INDEX": "true"}, id="no index"),
        pytest.param(":env:.no-index='0'\n", {}, id="an index all the same"),
        pytest.param(
            "global.trusted-host='a b'\nglobal.cert='/ca.pem'\nglobal.client-cert='/me.pem'\nglobal.timeout='60'\n",
            {
                "UV_INSECURE_HOST": "a b",
                "SSL_CERT_FILE": "/ca.pem",
                "SSL_CLIENT_CERT": "/me.pem",
                "UV_HTTP_TIMEOUT": "60",
            },
            id="connection",
        ),
        pytest.param(
            "global.proxy='http://p:3128'\n",
            {"HTTPS_PROXY": "http://p:3128", "HTTP_PROXY": "http://p:3128"},
            id="proxy",
        ),
        pytest.param("global.quiet='1'\n:env:.config-file='/dev/null'\n", {}, id="of no consequence"),
    ],
)
def test_a_setting_of_pip_is_one_of_uv(listing: str, wanted: dict[str, str]) -> None:
    assert translate(listing) == _ALWAYS | wanted


@pytest.mark.parametrize("listing", ["global.no-binary=':all:'\n", "global.find-links='/a,b'\n"])
def test_a_setting_without_counterpart_is_left_to_pip(listing: str) -> None:
    assert translate(listing) is None


def test_pip_is_asked(tmp_path: Path) -> None:
    file = tmp_path / "pip.conf"
    file.write_text("[global]\nindex-url = https://a\n[install]\ntrusted-host = h\n")
    found = uv_settings(Path(sys.executable), {"PIP_CONFIG_FILE": str(file), "PIP_INDEX_URL": "https://b"})
    assert found is not None
    assert (found["UV_DEFAULT_INDEX"], found["UV_INSECURE_HOST"]) == ("https://b", "h")

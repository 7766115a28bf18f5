"""The description: complete, and drawn for people without a script that is inline."""

from __future__ import annotations

import gzip
from typing import Any

from django.test import Client

from assetlib.api.v1.problems import CONTENT_TYPE
from tests.api.v1.conftest import Program


def test_every_operation_tells_its_errors(db: None) -> None:
    described = Client().get("/api/v1/openapi.json").json()

    assert described["openapi"].startswith("3.1")
    names = []
    for path, operations in described["paths"].items():
        for operation in operations.values():
            names.append(operation["operationId"])
            told = operation["responses"]
            assert "401" in told
            assert {"403", "404", "422"} <= {*told} or path.endswith("/me")
            assert operation["security"] == [{"ApiKeyBearer": []}, {"SessionCookie": []}]
            if "requestBody" in operation:
                assert {"400", "413", "415"} <= {*told}
            for status, response in told.items():
                if int(status) >= 400:
                    assert [*response["content"]] == [CONTENT_TYPE]
    assert len(names) == len({*names})


def test_the_page_has_no_script_but_files_of_ours(db: None) -> None:
    page = Client().get("/api/v1/docs")

    assert page.status_code == 200
    assert "script-src 'self'" in page["Content-Security-Policy"]
    text = page.content.decode()
    assert "<style" not in text
    assert " style=" not in text
    assert all("src=" in script for script in text.split("<script")[1:])


def test_the_files_of_the_page_are_small_and_kept(db: None) -> None:
    page = Client().get("/api/v1/docs").content.decode()
    for kind in ("text/javascript", "text/css"):
        name = "swagger-ui-bundle.js" if kind == "text/javascript" else "swagger-ui.css"
        address = page[page.index(f"/api/v1/docs/{name}") :].partition('"')[0]
        plain = Client().get(address)
        small = Client().get(address, headers={"Accept-Encoding": "br, gzip"})

        assert plain["Content-Type"] == small["Content-Type"] == kind
        assert small["Content-Encoding"] == "gzip"
        assert gzip.decompress(small.content) == plain.content
        assert "immutable" in small["Cache-Control"]
    assert Client().get("/api/v1/docs/other.js").status_code == 404


def test_a_secret_is_in_no_line_of_the_log(program: Program, caplog: Any) -> None:
    program("GET", "/nowhere")
    program("POST", "/metadata", b"{")
    Client().get("/api/v1/me", headers={"Authorization": f"Bearer {program.secret}x"})

    assert "al_" not in caplog.text

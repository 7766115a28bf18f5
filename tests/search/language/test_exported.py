from __future__ import annotations

from assetlib.search import language


def test_all_that_is_exported_is_there_and_nothing_else() -> None:
    modules = {
        "annotations",
        "completion",
        "editing",
        "errors",
        "filters",
        "lexer",
        "names",
        "operands",
        "parser",
        "printer",
        "ranges",
        "tree",
    }

    public = {name for name in vars(language) if not name.startswith("_")} - modules

    assert sorted(public) == sorted(language.__all__)
    assert len(set(language.__all__)) == len(language.__all__)

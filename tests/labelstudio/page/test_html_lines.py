from __future__ import annotations

import pytest

from toolkit.labelstudio.page.html_lines import html_lines


def test_what_is_not_seen_is_not_said() -> None:
    assert html_lines("<style>p { color: red }</style><p>Read.</p><script>alert(1)</script>") == ["Read."]


@pytest.mark.parametrize("broken", ["<![foo bar]>", "<![ ]>", "<p>Read", "<", "&#xZZ;", "</style>Read"])
def test_broken_markup_says_what_it_can(broken: str) -> None:
    assert isinstance(html_lines(broken), list)

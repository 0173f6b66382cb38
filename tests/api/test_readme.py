"""The README's Python runs as it stands."""

from __future__ import annotations

import re

from triage.config import PROJECT


def test_the_lines_of_the_readme_give_rows(root: str) -> None:
    block = re.search(r"^```python\n(.*?)^```", (PROJECT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert block is not None
    begin, *asked = block[1].replace('"/data/lake"', repr(root)).strip().rsplit("\n", 4)
    names: dict[str, object] = {}
    exec(begin, names)
    found = [eval(line, names) for line in asked]
    assert [type(one).__name__ for one in found] == ["DataFrame", "DataFrame", "Table", "int"]

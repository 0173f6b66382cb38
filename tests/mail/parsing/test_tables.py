"""Tables of HTML mail as text: what stands in a row stays in a line, with its cells apart."""

from __future__ import annotations

import pytest

from triage.mail.parsing.html import html_text

OUTLOOK = "<td width=99 style='border:solid'><p class=MsoNormal><span>{}<o:p></o:p></span></p></td>"


def row(*cells: str, form: str = "<td>{}</td>") -> str:
    return f"<tr>{''.join(map(form.format, cells))}</tr>"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        pytest.param(
            f"<p>Your order:</p><table>{row('Item', 'Pieces', form='<th>{}</th>')}{row('Shelf', '2')}{row('Board', '10')}</table><p>Thanks</p>",
            "Your order:\n\nItem | Pieces\nShelf | 2\nBoard | 10\n\nThanks", id="order",
        ),
        pytest.param(
            f"<table>{row('Item', 'Pieces', form=OUTLOOK)}{row('Shelf', '2', form=OUTLOOK)}</table>", "Item | Pieces\nShelf | 2", id="as Outlook writes it",
        ),
        pytest.param(f"<table>{row('Shelf', '', '2')}{row('', 'oak', '')}</table>", "Shelf | | 2\n| oak |", id="empty cells"),
        pytest.param(f"<table><tbody>{row('a', 'b')}\n{row('c', 'd')}\n</tbody></table>", "a | b\nc | d", id="body of a table"),
        pytest.param(f"<table>{row('Hello,', 'world')}</table>", "Hello, world", id="frame of one row"),
        pytest.param(f"<table>{row('Hello,')}{row('world')}</table>", "Hello,\nworld", id="frame of one column"),
        pytest.param(
            f"<table>{row('Menu', 'x' * 120)}{row('Home', 'News')}</table>", f"Menu {'x' * 120}\nHome News", id="frame with prose",
        ),
        pytest.param(
            f"<table><tr><td>Logo</td><td><table>{row('Item', '2')}{row('Board', '3')}</table></td></tr><tr><td>a</td><td>b</td></tr></table>",
            "Logo\nItem | 2\nBoard | 3\na b", id="table of data in a frame",
        ),
    ],
)  # fmt: skip
def test_table(html: str, text: str) -> None:
    shown, is_simplified = html_text(f"<html><body>{html}</body></html>")
    assert ("\n".join(line.strip() for line in shown.split("\n")), is_simplified) == (text, False)

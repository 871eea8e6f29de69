"""A part's text block by block, as an edition keeps it."""

import pytest

from report.compose.blocks import blocks_of


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("", ()),
        ("<p>甲。</p><p>乙。</p>", ("甲。", "乙。")),
        ("<h2 id='a'>题</h2>\n<p>甲<strong>乙</strong>丙。</p>", ("题", "甲乙丙。")),
        # Marks of citations and notes say nothing of their own; a power does.
        ('<p>甲<sup class="cite" id="cite-1"><a href="#ref-a">[1]</a></sup>乙。</p>', ("甲乙。",)),
        ('<p>甲<sup class="note-ref"><a href="#note-1">1</a></sup>。</p>', ("甲。",)),
        ("<p>10<sup>6</sup>/kg</p>", ("106/kg",)),
        # Joiners of the typesetter's.
        ("<p>甲\u2060乙\u200b丙\u00ad丁</p>", ("甲乙丙丁",)),
        ("<ul><li>甲<ul><li>乙</li></ul>丙</li><li>丁</li></ul>", ("甲", "乙", "丙", "丁")),
        ("<dl><dt>词</dt><dd>义</dd></dl>", ("词", "义")),
        (
            "<table><thead><tr><th>药</th><th>日</th></tr></thead>"
            "<tbody><tr><td>甲</td>\n<td></td><td>乙</td></tr></tbody></table>",
            ("药 | 日", "甲 | | 乙"),
        ),
        (
            '<figure><img src="asset:///a.png" alt="曲线"><figcaption>图一</figcaption></figure>',
            ("［曲线］", "图一"),
        ),
        ("<p>甲<br>乙</p>", ("甲 乙",)),
        ("<p>甲<!-- 不看 -->乙</p>", ("甲乙",)),
        ("<svg><title>图</title><text>x</text></svg><p>甲</p>", ("甲",)),
        ("<ruby>间<rp>(</rp><rt>jiān</rt><rp>)</rp></ruby>充质", ("间jiān充质",)),
    ],
)
def test_the_blocks_of_a_part(html, blocks):
    assert blocks_of(html) == blocks

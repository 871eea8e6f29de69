"""The fonts that everyone but ours sets with: the bundled ones without the squeeze that was put into them."""

from pathlib import Path

from fontTools.ttLib import TTFont

from benchmarks.typesetting.documents import KAI, SONG, SONG_BOLD


def write_peer_fonts(fonts: Path, folder: Path) -> None:
    """Write the three fonts of the texts without their contextual alternates (OpenType `calt`).

    The bundled fonts narrow adjacent marks by `calt`. The peers narrow them on their own: Typst would do it twice,
    and Chromium, which looks at a sample of the font before it begins, would leave it. Outlines, advances, and
    the `halt` that Chromium narrows by stay.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in (SONG, SONG_BOLD, KAI):
        with TTFont(fonts / name, lazy=False) as font:
            for record in font["GSUB"].table.FeatureList.FeatureRecord:
                if record.FeatureTag == "calt":
                    record.Feature.LookupListIndex = []
                    record.Feature.LookupCount = 0
            font.save(folder / name)

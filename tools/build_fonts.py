"""Cut the fonts that the printed sheets embed out of their published sources.

The sources are the TrueType files of the npm packages `@expo-google-fonts/noto-sans-sc` 0.4.3 and
`@expo-google-fonts/noto-sans-mono` 0.4.2, both under the SIL Open Font License 1.1:

    npm pack @expo-google-fonts/noto-sans-sc@0.4.3 && tar xzf expo-google-fonts-noto-sans-sc-0.4.3.tgz
    python tools/build_fonts.py NotoSansSC_400Regular.ttf NotoSansSC_700Bold.ttf NotoSansMono_700Bold.ttf

The same sources give the same bytes, on any day: no time is written and the tables come in a fixed order.
The characters kept are listed by `han_characters` and `mono_characters`.
"""

import argparse
import hashlib
import io
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "survey" / "data" / "fonts"
STANDARD_CHARACTERS = Path(__file__).with_name("standard_characters.txt")

# File name, and SHA-256 of the source it is cut from.
SOURCES = {
    "NotoSansSC-Regular.ttf": "d45f67f0a7c0ca3f256950777ce6a61cc7ce5f9696d02900cbbaac25f8aa7d16",
    "NotoSansSC-Bold.ttf": "9a38ae0ab28cd5a256f9ea8e00dedc688aac17f7915fcb000572990afa956b96",
    "NotoSansMono-Bold.ttf": "c13b63c28f97181761213a0ba8fdb5d887c6d3855098937907c76b3b6efc1566",
}

# Latin-1, dashes, quotes, ellipsis, per mille, primes, the euro, arrows, circled digits, squares, a tick,
# the zero 〇 of years and the mark 〓 for what is missing, full-width forms.
EXTRA_RANGES = (
    (0x20, 0x7E),
    (0xA0, 0xFF),
    (0x2010, 0x2016),
    (0x2018, 0x201A),
    (0x201C, 0x201E),
    (0x2020, 0x2022),
    (0x2025, 0x2027),
    (0x2030, 0x2030),
    (0x2032, 0x2033),
    (0x2039, 0x203B),
    (0x20AC, 0x20AC),
    (0x2190, 0x2199),
    (0x2460, 0x2473),
    (0x25A0, 0x25A1),
    (0x2713, 0x2713),
    (0x3000, 0x3017),
    (0xFF01, 0xFF5E),
    (0xFFE5, 0xFFE5),
)


def han_characters() -> set[str]:
    """Return what the Chinese fonts cover: GB 2312-1980 whole, the 8,105 standard characters, Latin, signs.

    GB 2312 is taken through both codecs of Python because they disagree on the middle dot and the dash
    (U+30FB and U+2015 in one, U+00B7 and U+2014 in the other), and both forms are typed in practice.
    """
    rows = [bytes([row, cell]) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF)]
    characters = {pair.decode(codec, errors="ignore") for pair in rows for codec in ("gb2312", "gbk")} - {""}
    characters |= {chr(code) for first, last in EXTRA_RANGES for code in range(first, last + 1)}
    return characters | read_characters(STANDARD_CHARACTERS)


def mono_characters() -> set[str]:
    """Return what the font for typed addresses and codes covers: printable ASCII."""
    return {chr(code) for code in range(0x20, 0x7F)}


def read_characters(path: Path) -> set[str]:
    """Return the characters of a list file, where a line that begins with # is a comment."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {character for line in lines if not line.startswith("#") for character in line}


def cut_font(source: Path | io.BytesIO, characters: Iterable[str]) -> bytes:
    """Return a TrueType file with the outlines of `characters` alone, without hints or layout.

    Raises ValueError when the source lacks one of them.
    """
    font = TTFont(source, recalcTimestamp=False)
    codes = {ord(character) for character in characters}
    if missing := codes - font.getBestCmap().keys():
        raise ValueError(f"the source lacks {', '.join(f'U+{code:04X}' for code in sorted(missing))}")
    options = subset.Options(
        hinting=False,
        layout_features=[],
        glyph_names=False,
        notdef_outline=True,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        drop_tables=["BASE", "DSIG", "GDEF", "GPOS", "GSUB", "STAT", "gasp", "vhea", "vmtx", "meta"],
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    target = io.BytesIO()
    font.save(target, reorderTables=True)
    return target.getvalue()


def check_source(path: Path, expected: str) -> None:
    """Raise ValueError when a source is not the published file that the fonts were cut from."""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != expected:
        raise ValueError(f"{path} has SHA-256 {found}, not {expected}: take the package version named above")


def main() -> None:
    """Cut the three fonts named on the command line into the package data."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("regular", "bold", "mono"):
        parser.add_argument(name, type=Path)
    paths = vars(parser.parse_args()).values()
    for (name, expected), path in zip(SOURCES.items(), paths, strict=True):
        check_source(path, expected)
        characters = mono_characters() if "Mono" in name else han_characters()
        (TARGET / name).write_bytes(cut_font(path, characters))


if __name__ == "__main__":
    main()

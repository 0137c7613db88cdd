"""Draw the README's pictures again, from real runs: `python tests/pictures/draw.py` (needs pdflatex and poppler-utils).

terminal.svg: what `dlnproof check` prints on the shipped catalogue (one paper of it). appendix.png: one page of what
`dlnproof appendix` writes. misprint.txt: what `dlnproof show` prints, for the README's text.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

HERE = Path(__file__).resolve().parent
CATALOGUE = HERE.parent.parent / "derivations"
COLUMNS = 116
ONLY = "kawaguchi-2016/*"
MISPRINT = "lu-kawaguchi-2017/theorem-3.2-rank"
SVG = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: {char_height}px;
  line-height: {line_height}px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
<rect fill="#292929" x="1" y="1" width="{width}" height="{height}" rx="8" />
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def run(folder: Path, *arguments: str) -> str:
    """Return what `dlnproof arguments` prints in the folder, with the colours of a terminal."""
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "FORCE_COLOR": "1", "TTY_INTERACTIVE": "0"}
    command = [sys.executable, "-m", "dlnproof.cli.main", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=True
    )
    return done.stdout.decode().rstrip() + "\n"


def draw_terminal(text: str, path: Path) -> None:
    """Write coloured terminal text as SVG."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(text), soft_wrap=False)
    path.write_text(console.export_svg(title="dlnproof", code_format=SVG, unique_id="t"), encoding="utf-8")


def draw_page(pdf: Path, words: str, path: Path) -> None:
    """Write the first page of the PDF that has these words as PNG."""
    pages = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, text=True
    ).stdout.split("\f")
    number = str(next(place for place, page in enumerate(pages, 1) if words in page))
    command = ["pdftoppm", "-r", "110", "-f", number, "-l", number, "-x", "165", "-y", "110", "-W", "600", "-H", "810"]
    subprocess.run([*command, "-png", "-singlefile", str(pdf), str(path.with_suffix(""))], check=True)


def main() -> None:
    """Run the commands and draw."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "derivations").symlink_to(CATALOGUE)
        run(folder, "check")
        text = "$ dlnproof check --only 'ONLY' --fresh\n".replace("ONLY", ONLY) + run(
            folder, "check", "--only", ONLY, "--fresh"
        )
        draw_terminal(text, HERE / "terminal.svg")
        (HERE / "misprint.txt").write_text(Text.from_ansi(run(folder, "show", MISPRINT)).plain + "\n", encoding="utf-8")
        run(folder, "appendix", "-o", "appendix.pdf")
        draw_page(folder / "appendix.pdf", MISPRINT.partition("/")[2], HERE / "appendix.png")


if __name__ == "__main__":
    main()

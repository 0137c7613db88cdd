"""Make the README's pictures and terminal texts again, from real runs: `python tests/pictures/draw.py`.

terminal.svg: what `dlnproof check` prints on one paper of the catalogue. appendix.png: one page of what `dlnproof appendix`
writes (needs pdflatex and poppler-utils). iris_landscape.png: the figure of `dlnproof landscape` on the
iris data. The README's two `console` blocks are replaced by what the commands print now.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CATALOGUE, README = ROOT / "derivations", ROOT / "README.md"
COLUMNS = 116
ONLY = "kawaguchi-2016/*"
MISPRINT = "theorem-3.2-rank"
IRIS = ("landscape", str(CATALOGUE / "data" / "iris.csv"), "--target", "species", "--widths", "4,2,3")
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


def run(folder: Path, *arguments: str, colour: bool = False) -> str:
    """Return what `dlnproof arguments` prints in the folder, on request with the colours of a terminal."""
    terminal = {"COLUMNS": str(COLUMNS), "FORCE_COLOR": "1", "TTY_INTERACTIVE": "0"} if colour else {}
    done = subprocess.run(
        [sys.executable, "-m", "dlnproof.cli.main", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1", **terminal},
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        print(f"exit status {done.returncode}: dlnproof {' '.join(arguments)}", file=sys.stderr)
    return done.stdout.decode()


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


def rewrite_readme(note: str, command: str, output: str) -> None:
    """Replace the `console` block after `<!-- note -->` by the command and its output."""
    text = README.read_text(encoding="utf-8")
    block = re.compile(rf"(<!-- {note} -->\n```console\n).*?(```)", re.DOTALL)
    plain = "\n".join(line.rstrip() for line in output.splitlines())
    made, count = block.subn(lambda found: f"{found[1]}$ {command}\n{plain}\n{found[2]}", text)
    if count != 1:
        raise SystemExit(f"README.md has no console block after <!-- {note} -->")
    README.write_text(made, encoding="utf-8")


def main() -> None:
    """Run the commands and draw."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "derivations").symlink_to(CATALOGUE)
        run(folder, "check")
        printed = run(folder, "check", "--only", ONLY, "--fresh", colour=True).replace("\n\n", "\n")
        draw_terminal(f"$ dlnproof check --only '{ONLY}'\n{printed}", HERE / "terminal.svg")
        rewrite_readme("show", f"dlnproof show {MISPRINT}", run(folder, "show", MISPRINT))
        run(folder, "appendix", "-o", "appendix.pdf")
        draw_page(folder / "appendix.pdf", MISPRINT, HERE / "appendix.png")
        run(folder, *IRIS, "--figure", str(HERE / "iris_landscape.png"))
        code = re.search(
            r"<!-- file: my_paper.py -->\n```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL
        )
        assert code is not None
        (folder / "my_paper.py").write_text(code[1], encoding="utf-8")
        rewrite_readme("run", "dlnproof check my_paper.py", run(folder, "check", "my_paper.py"))


if __name__ == "__main__":
    main()

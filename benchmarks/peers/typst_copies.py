"""Typst with one compiler for all copies: `typst_copies.py TEXT.typ FONTS CLINICS.json COUNT OUT.pdf`.

Each copy is compiled with its clinic as inputs and tagged as PDF/UA-1. Prints as JSON the processor and wall seconds of
the copies behind the first, which also loads fonts, and the size of the last in bytes.
"""

import json
import sys
import time
from pathlib import Path

import typst  # type: ignore[import-not-found]


def main() -> None:
    """Compile the copies."""
    text, fonts, clinics, count, out = sys.argv[1:]
    recipients = json.loads(Path(clinics).read_text(encoding="utf-8"))[: int(count) + 1]
    compiler = typst.Compiler(text, font_paths=[fonts], ignore_system_fonts=True, sys_inputs=recipients[0])
    data = b""
    for number, recipient in enumerate(recipients):
        if number == 1:
            start, cpu = time.perf_counter(), time.process_time()
        data = compiler.compile(format="pdf", sys_inputs=recipient, pdf_standards=["ua-1"])
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    Path(out).write_bytes(data)
    print(json.dumps({"copies": int(count), "seconds": seconds, "cpu_seconds": cpu, "size": len(data)}))


if __name__ == "__main__":
    main()

"""WeasyPrint alone on a finished page: `bare_weasyprint.py PAGE.html OUT.pdf`."""

import sys

import weasyprint

if __name__ == "__main__":
    weasyprint.HTML(sys.argv[1]).write_pdf(sys.argv[2], pdf_variant="pdf/ua-1")

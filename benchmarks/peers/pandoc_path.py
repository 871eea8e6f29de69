"""Prints where the package keeps its pandoc, so that the benchmark can run the program itself."""

import pypandoc  # type: ignore[import-not-found]

if __name__ == "__main__":
    print(pypandoc.get_pandoc_path())

"""Fill the tables of all pages: ``python -m benchmarks.pages``."""

from __future__ import annotations

from . import filled, pages

for page in pages():
    page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")

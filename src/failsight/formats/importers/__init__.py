"""The importers. A new one is one file and one line here."""

from __future__ import annotations

from failsight.formats.importer import Importer
from failsight.formats.importers.csv_table import CsvTable
from failsight.formats.importers.json_document import JsonDocument
from failsight.formats.importers.json_lines import JsonLines
from failsight.registry import Registry

IMPORTERS: Registry[Importer] = Registry("format", (JsonDocument(), JsonLines(), CsvTable()))

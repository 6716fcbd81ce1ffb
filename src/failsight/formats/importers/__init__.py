"""The importers. A new one is one file and one line here."""

"""Restore: files to a staging folder with their checksums compared, then into place; erasures since are made again."""

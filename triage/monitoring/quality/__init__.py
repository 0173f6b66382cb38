"""The quality of the data that sources give."""

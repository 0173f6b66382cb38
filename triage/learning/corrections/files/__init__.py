"""Files of corrections: CSV, XLSX and JSONL read back, and what of them was rejected."""

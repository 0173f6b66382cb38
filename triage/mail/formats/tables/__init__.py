"""Mail as rows: CSV, JSON, JSONL and Parquet."""

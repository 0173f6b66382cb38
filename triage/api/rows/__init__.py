"""Rows of tables and statements, read when they are asked for."""

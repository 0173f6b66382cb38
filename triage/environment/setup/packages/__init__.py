"""The locked Python packages: the virtual environment, and uv or pip that install into it."""

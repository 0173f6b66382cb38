"""Alert rules: the file, its conditions and sentences, and how they are loaded and validated."""

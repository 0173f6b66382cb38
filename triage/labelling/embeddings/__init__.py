"""Sentence embeddings: the ONNX model, its installation, and the annotator that applies it."""

"""The model card: what a model is for, what it learnt from, how good it is and where it is not."""

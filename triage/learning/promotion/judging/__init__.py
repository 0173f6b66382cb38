"""What the gate judges by: labelled rows, and both models' answers to those that neither learnt from."""

"""What jobs/train.py and jobs/evaluate.py do: a trained model is registered, compared with the champion, and promoted or not."""

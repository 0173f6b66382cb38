"""Behind jobs/train.py and jobs/evaluate.py: models are trained, registered, compared with the champion, and promoted."""

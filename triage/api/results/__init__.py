"""What a lake answers that is no rows of a table: explanations, figures of detection, trainings."""

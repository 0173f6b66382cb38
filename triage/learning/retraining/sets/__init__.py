"""What a training learns from: corrections after the guards, their parts, and the rows of a set."""

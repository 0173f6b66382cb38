"""Whether the labels fit the mail: clusters that no label has, labels that overlap, and labels that nobody needs."""

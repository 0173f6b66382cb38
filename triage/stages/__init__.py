"""The stages of a batch, each a function of the batch that may be repeated without harm, and the plan before them."""

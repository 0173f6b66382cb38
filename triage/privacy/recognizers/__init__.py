"""The recognizers, a file for each kind of personal data; `registry` lists them."""

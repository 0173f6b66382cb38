"""How slices of mail are served."""

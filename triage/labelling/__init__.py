"""Labels for mails: heads, features, training, registry and inference."""

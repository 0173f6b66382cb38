"""Where backups are: objects named by their SHA-256, manifests that name objects, and what removes old ones."""

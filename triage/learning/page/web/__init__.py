"""The page itself: a Flask application, its templates and its words."""

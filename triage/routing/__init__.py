"""Sends each mail to a queue by the rules of conf/routing.yaml; the first rule that matches wins."""

"""A new model beside the champion on live mail: shadow, canary and A/B test, and the sequential tests that end them."""

"""What a row and a batch must show before they are published."""

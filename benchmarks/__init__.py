"""What `make bench` runs: the product and its peers on the same text, side by side in one run."""

"""Speed, memory and growth of ReinMax beside its peers; README.md tells how to run them."""

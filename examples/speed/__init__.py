"""How many steps a second the examples take, and what share of a step the estimator has."""

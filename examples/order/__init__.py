"""The order of each estimator: how its bias grows with the nonlinearity of the loss."""

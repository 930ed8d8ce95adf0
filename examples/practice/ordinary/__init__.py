"""The same practice over ordinary weeks: any number of correct claims, and everything that stands behind them."""

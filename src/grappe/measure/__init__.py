"""Concentration, growth and relatedness, as economists accept them.

Tables go in as pandas, Polars, Arrow or Ibis, points as arrays; every public function names the author, year
and equation of its formula. Nothing here reads the clock, the network or unseeded randomness.
"""

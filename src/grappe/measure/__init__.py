"""Concentration, growth and relatedness, as economists accept them.

Tables go in as pandas, Polars, Arrow, Ibis or a list of mappings, points as tables or arrays; every public
function names the author, year and equation of its formula. Nothing here reads the clock, the network or
unseeded randomness.

``quotients``: location_quotients, cluster_stars · ``resampling``: bootstrap_quotients · ``shifts``:
shift_share, growth (Ibis tables; ``tables.rows_of`` makes mappings of them). ``agglomeration``:
ellison_glaeser, coagglomeration · ``inequality``: inequality · ``complexity``: complexity, proximity,
relatedness_density · ``chains``: value_chain, cooperation · ``density``: k_density · ``neighbours``:
m_function, share_within (frozen dataclasses). ``official``: read_official · ``plots``: SVG of rows ·
``computed``: results as key figures.
"""

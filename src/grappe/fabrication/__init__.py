"""Process flows over several sites' equipment: who can, in which order, when and at what price.

Plain records in, one documented function, plain result out. Times of instances are whole units; times of
plans are minutes from the plan's first day; prices are exact decimals in Canadian dollars.
"""

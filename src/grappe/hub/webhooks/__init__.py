"""Other systems are told what happened: endpoints, events taken from the journal, signed deliveries."""

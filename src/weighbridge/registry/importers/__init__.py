"""One module a shape of dump; each gives records in the shape of the Hub's interface, and the rest is the same for all."""

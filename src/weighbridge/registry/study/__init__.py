"""The study of a registry: the figures and tables that the published studies made by hand, from any dataset, on any day."""

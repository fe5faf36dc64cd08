"""Transferability: how well a model will do on a task, predicted from its features without training it."""

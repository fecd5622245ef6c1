"""Nodes that change, choose, order, group and convert items."""

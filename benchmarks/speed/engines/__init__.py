"""One module an engine, imported only in its own environment.

- Scalars: `Value`, the class of its nodes.
- Arrays: `network(layers, rate)`, as `networks` says.
- One graph again and again: `timed_gradient(loss)` and `recording(loss, weights)`, of an engine that replays.
- Deep chains: `one_element()` makes what is differentiated by, `differentiate(chain, x)` runs both passes.
"""

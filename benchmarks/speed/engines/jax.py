"""JAX with the whole step under `jit`, the old parameters' memory given to the new."""

from functools import partial

import jax
from jax import numpy as jnp


def network(layers, rate):
    parameters = jax.tree.map(jnp.asarray, layers)

    def loss(parameters, x, y):
        for weight, bias in parameters[:-1]:
            x = jax.nn.relu(x @ weight + bias)
        weight, bias = parameters[-1]
        z = x @ weight + bias
        if y.ndim == 2:
            return jnp.mean(jnp.logaddexp(z, 0.0) - z * y)
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], axis=1))

    @partial(jax.jit, donate_argnums=0)
    def descend(parameters, x, y):
        value, slopes = jax.value_and_grad(loss)(parameters, x, y)
        return jax.tree.map(lambda p, g: p - rate * g, parameters, slopes), value

    def step(x, y):
        nonlocal parameters
        parameters, value = jax.block_until_ready(descend(parameters, x, y))
        return float(value)

    return jnp.asarray, step

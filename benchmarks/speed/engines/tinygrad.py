"""tinygrad with the whole step under `TinyJit`, as its own examples train; its kernels need clang."""

from tinygrad import Context, Tensor, TinyJit
from tinygrad.nn.optim import SGD


def network(layers, rate):
    parameters = [(Tensor(weight), Tensor(bias)) for weight, bias in layers]
    flat = [p for layer in parameters for p in layer]
    optimizer = SGD(flat, lr=rate)

    @TinyJit
    def descend(x, y):
        optimizer.zero_grad()
        for weight, bias in parameters[:-1]:
            x = (x @ weight + bias).relu()
        weight, bias = parameters[-1]
        z = x @ weight + bias
        loss = z.binary_crossentropy_logits(y) if y.ndim == 2 else z.sparse_categorical_crossentropy(y)
        return loss.backward().realize(*optimizer.schedule_step())

    def step(x, y):
        with Context(TRAINING=1):
            return descend(x, y).item()

    return lambda array: Tensor(array).realize(), step

"""scikit-learn's classifier; its Adam adds eps at another place, which changes nothing in float32."""

from classifiers import BATCH, RATE, SHAPES
from sklearn.neural_network import MLPClassifier


def classifier(name, state):
    widths = [shape[0] for shape in SHAPES[name].values()]
    model = MLPClassifier(widths[:-1], alpha=0.0, batch_size=BATCH, learning_rate_init=RATE, shuffle=False)

    def epoch(x, y, order):
        if not hasattr(model, "coefs_"):
            model.partial_fit(x, y, classes=range(10))  # makes the arrays: the weights, and what Adam remembers
            begin(model, state)
        seen = len(model.loss_curve_)
        model.partial_fit(x[order], y[order])
        return model.loss_curve_[seen]

    return epoch


def begin(model, state):
    """Put the first weights in place of those that it drew itself, and let its Adam forget."""
    for layer, (weight, bias) in enumerate(zip(model.coefs_, model.intercepts_, strict=True)):
        name = 2 * layer
        weight[...], bias[...] = state[f"{name}.weight"].T, state[f"{name}.bias"]
    adam = model._optimizer
    adam.t = 0
    for array in (*adam.ms, *adam.vs):
        array[...] = 0.0

"""Networks on the engine: modules, micrograd's units on numbers and arrays, losses and optimizers."""

# nn and viz each write this out: where `autograd` is not ours, there is nothing that it could be imported from.
# An old release of the other project's fails with an AttributeError, on names that a newer NumPy no longer has.
try:
    from autograd._installation import check_installation
except (AttributeError, ImportError) as error:
    raise ImportError(
        f"{__name__} found an `autograd` that is not Glassgrad's, or not wholly. To mend it, run\n"
        "    pip uninstall -y autograd glassgrad\n"
        "    pip install glassgrad"
    ) from error
check_installation()

from nn import functional, optim
from nn.modules import Module, ModuleDict, ModuleList, Sequential
from nn.units import MLP, Layer, Neuron

__all__ = ["MLP", "Layer", "Module", "ModuleDict", "ModuleList", "Neuron", "Sequential", "functional", "optim"]

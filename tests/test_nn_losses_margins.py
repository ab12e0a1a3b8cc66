"""Losses of margins, distances and angles: hard points and mistakes."""

from __future__ import annotations

from loss_forms import Hard, Mistake, hard_points, mistakes

from autograd.errors import ArgumentError, ShapeError
from nn import functional as F  # noqa: N812  (its usual name among PyTorch's users)

test_hard_points = hard_points(
    {
        "soft margin of 1000": Hard(F.soft_margin_loss, [1e3, -1e3], ([1, 1],), {}, [0, 1e3], [0, -1]),
        "ranks at a tie": Hard(F.margin_ranking_loss, [1.0], ([1.0], [1]), {}, [0], [0]),
        "distance at the margin": Hard(F.hinge_embedding_loss, [1.0], ([-1],), {}, [0], [0]),
        "zero vector": Hard(F.cosine_embedding_loss, [[0.0, 0.0]], ([[3.0, 4.0]], [1]), {}, [1], [[-0.6e8, -0.8e8]]),
        "two zero vectors": Hard(F.cosine_embedding_loss, [[0.0, 0.0]], ([[0.0, 0.0]], [-1]), {}, [0], [[0, 0]]),
        "like vectors of any length": Hard(
            F.cosine_embedding_loss, [[3e-7, 4e-7]], ([[3e9, 4e9]], [1]), {}, [0], [[0, 0]]
        ),
        "equal vectors": Hard(F.triplet_margin_loss, [[1.0]], ([[1.0]], [[1.0]]), {}, [1], [[0]]),
    }
)
test_mistakes_are_named = mistakes(
    {
        "three shapes": Mistake(
            lambda x: F.margin_ranking_loss(x, [0.0, 0.0], [1]),
            [0.0, 0.0],
            ShapeError,
            r"found input1 of shape \(2,\) and target of shape \(1,\)",
        ),
        "labels 0 and 1": Mistake(
            lambda x: F.soft_margin_loss(x, [0, 1]),
            [0.0, 0.0],
            ArgumentError,
            r"soft_margin_loss: found target\[0\] = 0\.0; expected labels -1 and 1",
        ),
        "labels of ranks": Mistake(
            lambda x: F.margin_ranking_loss(x, x, [0]), [0.0], ArgumentError, "expected labels -1 and 1"
        ),
        "labels of distances": Mistake(
            lambda x: F.hinge_embedding_loss(x, [0]), [0.0], ArgumentError, "expected labels -1 and 1"
        ),
        "labels of vectors": Mistake(
            lambda x: F.cosine_embedding_loss(x, x, [0]),
            [[0.0, 1.0]],
            ArgumentError,
            "expected labels -1 and 1",
        ),
        "a label for each vector": Mistake(
            lambda x: F.cosine_embedding_loss(x, x, [[1]]),
            [[0.0, 1.0]],
            ShapeError,
            r"target of shape \(1, 1\)",
        ),
        "no vectors": Mistake(
            lambda x: F.triplet_margin_loss(x, x, x), 1.0, ShapeError, r"found vectors of shape \(\)"
        ),
        "padding of margins": Mistake(
            lambda x: F.multi_margin_loss(x, [-100]), [[0.0]], ArgumentError, "the label -100 in row 0"
        ),
    }
)

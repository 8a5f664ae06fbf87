"""What a majority of three is worth under three models that three annotators cannot tell apart.

``python -m benchmarks.consensus``, seconds. Every model has the alpha of its line. A column is the alpha of two panels'
majorities, in brackets what drawing panels with replacement from the three answers of each unit would have said.
"""

from __future__ import annotations

import numpy as np

from toolkit.agreement.consensus_reliability import drawn, models, of_panels

ALPHAS = (0.4, 0.6, 0.8)
SHARES = {"even": (0.5, 0.5), "90/10": (0.9, 0.1), "four": (0.4, 0.3, 0.2, 0.1)}
CODERS = 3


def main() -> None:
    print("| categories | alpha | all equally hard | clear or guessed | shares of its own |\n|---|---|---|---|---|")
    rng = np.random.default_rng(0)
    for name, shares in SHARES.items():
        for alpha in ALPHAS:
            said = []
            for probabilities in models(alpha, np.array(shares), rng):
                seen = drawn(probabilities, CODERS, rng)
                truth = of_panels(drawn(probabilities, CODERS, rng), drawn(probabilities, CODERS, rng))
                again = of_panels(drawn(seen / CODERS, CODERS, rng), drawn(seen / CODERS, CODERS, rng))
                said.append(f"{truth:.2f} ({again:.2f})")
            print(f"| {name} | {alpha} | {' | '.join(said)} |")


if __name__ == "__main__":
    main()

"""Where things stand in the drawing of the network: one canal, a stop per street. Plain numbers for the template.

Two drawings of the same tree: wide for desks, tall for phones. Units are those of the
drawing's viewBox (about one CSS pixel at its natural width).
"""

from dataclasses import dataclass

from network.selectors import Branch, Tree

COLUMN, WIDE_HEIGHT = 190, 430
STOP, TALL_TOP, TALL_WIDTH = 104, 118, 360


@dataclass
class Stop:
    """One street in the drawing: its branch and the middle of its place."""

    branch: Branch
    x: int
    y: int


@dataclass
class Drawing:
    width: int
    height: int
    stops: list
    canal: str  # the canal's path data

    @property
    def middle(self):
        return self.width // 2


def wide(tree: Tree):
    """Streets side by side along a canal that swings gently; academy above, sub-centres below."""
    count = max(1, len(tree.branches))
    width = COLUMN * count
    stops = [
        Stop(branch, COLUMN * place + COLUMN // 2, 196 + (14 if place % 2 else -14))
        for place, branch in enumerate(tree.branches)
    ]
    canal = "M-20 196" + "".join(
        f" Q{COLUMN * place + COLUMN // 2} {228 if place % 2 else 164} {COLUMN * (place + 1)} 196"
        for place in range(count)
    )
    return Drawing(width, WIDE_HEIGHT, stops, f"{canal} h20")


def tall(tree: Tree):
    """Streets one under another along a canal on the left."""
    count = max(1, len(tree.branches))
    stops = [Stop(branch, 40, TALL_TOP + STOP * place + STOP // 2) for place, branch in enumerate(tree.branches)]
    canal = f"M40 {TALL_TOP - 40}" + "".join(
        f" Q{52 if place % 2 else 28} {TALL_TOP + STOP * place + STOP // 2} 40 {TALL_TOP + STOP * (place + 1)}"
        for place in range(count)
    )
    return Drawing(TALL_WIDTH, TALL_TOP + STOP * count + 10, stops, canal)

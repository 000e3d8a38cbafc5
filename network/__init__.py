"""Floor 1: the three-tier network as a page tree (区—街道—社区), its rooms and shared school resources."""

"""The bulk door: a plausible current term of thousands of class runs, and its removal.

Why not services.save_class_run? One row at a time with a full clean, a lock and five
queries, it takes about ten minutes for 10,000 runs; a benchmark wants 100,000. This
package keeps the same rules by construction instead (the database's CHECKs watch it):
dates come from the same ``timetable.pattern``, places lie within capacity, a room and a
teacher are in one place at a time, ends follow starts. It makes samples only, never
anything a resident could take for real.

What it made is known by three marks together: the code prefix of runs and pages (or the
mark in a teacher's introduction, the name of a room), ``is_sample``, and for runs the
demo term. Whatever an editor has since made real, or hung on it, stays.
"""

from home.seeding.builder import Kind, Summary, build
from home.seeding.removal import remove

__all__ = ["Kind", "Summary", "build", "remove"]

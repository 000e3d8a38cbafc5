"""The screens of a class in the admin: who is in it, who came, what they are told, what they get in the end.

The lists name people: they are for those who stand at the counter, each for the classes of their own
part of the tree, and for a teacher's own classes (enrolments/permissions.py). All work on a phone and
without scripts. Each opening of a minor's data is logged, of a telephone number everybody's.
"""

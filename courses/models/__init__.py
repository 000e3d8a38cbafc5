"""Courses: the page, its development as a project, its review and what it was awarded."""

from courses.models.pages import CoursePage
from courses.models.projects import CourseAward, CourseMilestone, CourseProject
from courses.models.reviews import CourseReview, CourseReviewTask, ReviewRound

__all__ = [
    "CourseAward",
    "CourseMilestone",
    "CoursePage",
    "CourseProject",
    "CourseReview",
    "CourseReviewTask",
    "ReviewRound",
]

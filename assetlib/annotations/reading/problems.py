from __future__ import annotations


class AnnotationFileError(ValueError):
    """A text that is no annotation of the image: a sentence that names the line or field."""

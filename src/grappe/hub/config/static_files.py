"""How static files are named: by content hash, except the vendor folders, whose name holds a version."""

import re

from whitenoise.storage import CompressedManifestStaticFilesStorage

_VERSIONED = re.compile(r"(?:^|/)vendor/[\w.-]+-\d+(?:\.\d+)+/")
_HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")


def is_immutable(path: str, url: str) -> bool:
    """Whether the file at *url* never changes: a versioned vendor folder or a name with its hash in it."""
    return bool(_VERSIONED.search(url) or _HASHED.search(url))


class VersionedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed names and gzip for all but vendor files.

    maplibre-gl is an ES module that starts a worker by its file name: both keep their names.
    """

    support_js_module_import_aggregation = True

    def url_converter(self, name, hashed_files, template=None):
        """The converter of references inside *name*; vendor files are left as they are."""
        if _VERSIONED.search(name):
            return lambda matched: matched[0]
        return super().url_converter(name, hashed_files, template)

    def hashed_name(self, name, content=None, filename=None):
        """*name* with its hash, or *name* itself in a versioned vendor folder."""
        if _VERSIONED.search(name):
            return name
        return super().hashed_name(name, content, filename)

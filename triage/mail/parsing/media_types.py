"""The media types that may be published: a sender can write anything there, also a name."""

from __future__ import annotations

import mimetypes

UNKNOWN = "application/octet-stream"
"""What RFC 2046 calls data of an unknown type."""

_MORE = """
application/applefile application/calendar+json application/dicom application/epub+zip application/gzip
application/ics application/java-archive application/ms-tnef application/msexcel application/mspowerpoint
application/ogg application/pgp-encrypted application/pgp-keys application/pgp-signature
application/pkcs7-signature application/pkix-cert application/sql application/vnd.android.package-archive
application/vnd.google-earth.kml+xml application/vnd.google-earth.kmz application/vnd.lotus-1-2-3
application/vnd.ms-excel.sheet.binary.macroenabled.12 application/vnd.ms-excel.sheet.macroenabled.12
application/vnd.ms-outlook application/vnd.ms-powerpoint.presentation.macroenabled.12 application/vnd.ms-project
application/vnd.ms-publisher application/vnd.ms-tnef application/vnd.ms-word.document.macroenabled.12
application/vnd.ms-xpsdocument application/vnd.oasis.opendocument.graphics
application/vnd.oasis.opendocument.presentation application/vnd.oasis.opendocument.spreadsheet
application/vnd.oasis.opendocument.text
application/vnd.openxmlformats-officedocument.presentationml.presentation
application/vnd.openxmlformats-officedocument.presentationml.slideshow
application/vnd.openxmlformats-officedocument.presentationml.template
application/vnd.openxmlformats-officedocument.spreadsheetml.sheet
application/vnd.openxmlformats-officedocument.spreadsheetml.template
application/vnd.openxmlformats-officedocument.wordprocessingml.document
application/vnd.openxmlformats-officedocument.wordprocessingml.template application/vnd.rar
application/vnd.visio application/wordperfect application/x-7z-compressed application/x-bzip2
application/x-compressed application/x-gzip application/x-iso9660-image application/x-javascript
application/x-msdos-program application/x-msdownload application/x-ms-wmz application/x-patch application/x-pdf
application/x-perl application/x-pkcs7-mime application/x-pkcs7-signature application/x-rar
application/x-rar-compressed application/x-shellscript application/x-vcard application/x-xz
application/x-zip-compressed application/xhtml+xml application/zstd
audio/amr audio/flac audio/m4a audio/mp3 audio/mp4 audio/ogg audio/wav audio/webm audio/x-m4a audio/x-midi
audio/x-mpeg audio/x-ms-wma
font/otf font/ttf font/woff font/woff2
image/emf image/jp2 image/pjpeg image/vnd.adobe.photoshop image/vnd.dwg image/vnd.dxf image/wmf image/x-bmp
image/x-emf image/x-icon image/x-ms-bmp image/x-png image/x-wmf image/xbm
message/delivery-status message/disposition-notification message/external-body message/feedback-report
message/global message/global-delivery-status message/global-headers message/partial
multipart/mixed multipart/related multipart/alternative multipart/signed multipart/encrypted multipart/report
multipart/digest multipart/parallel multipart/form-data multipart/appledouble
text/calendar text/directory text/enriched text/javascript text/markdown text/rfc822-headers text/rtf
text/vcard text/x-amp-html text/x-c text/x-c++ text/x-chdr text/x-csrc text/x-diff text/x-java text/x-log
text/x-patch text/x-perl text/x-sh text/x-tex text/x-vcalendar text/x-web-markdown
video/3gpp video/3gpp2 video/avi video/mp2t video/ogg video/x-flv video/x-m4v video/x-matroska video/x-ms-asf
video/x-ms-wmv
"""


def _known() -> frozenset[str]:
    """Python's own tables, without the files of the machine, so that each worker gives the same rows."""
    tables = mimetypes.MimeTypes(filenames=()).types_map
    return frozenset(kind for table in tables for kind in table.values()) | frozenset(_MORE.split())


_KNOWN = _known()


def media_type(raw: str) -> str:
    """The media type in lower case where it is a known one, else `application/octet-stream`."""
    kind = raw.strip().lower()
    return kind if kind in _KNOWN else UNKNOWN

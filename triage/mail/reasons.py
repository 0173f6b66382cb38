"""The codes that say why a message cannot be published, or what is odd about one that is."""

from __future__ import annotations

REASONS: dict[str, str] = {
    "UNKNOWN_FORMAT": "The file, or the member of an archive, is no mailbox, message or table of mail that can be read "
    "(an archive inside an archive is not opened). Take it out of the source, unpack it, or export it again.",
    "SOURCE_UNREADABLE": "The file could not be opened or read, or is a link that leads out of the source. Check the "
    "rights of the user who runs the job, or copy the file into the source.",
    "SOURCE_CORRUPT": "The file is cut off or damaged; what came before the damage was read. Export or copy it again.",
    "MEMBER_ENCRYPTED": "A member of a zip archive is encrypted. Unpack it with its password and add it again.",
    "NO_SEPARATOR": "Text stands before the first message of an mbox and is no message. Nothing to do if it is a note; "
    "otherwise put a From line before it.",
    "BAD_ROW": "A row of a JSONL or CSV file is malformed or holds neither subject nor text. Correct the row.",
    "EMPTY": "The message has no bytes. Export it again if there should be some.",
    "NOT_A_MAIL": "No header field of a mail was found (for instance an Outlook .msg file, an image, plain text). Export "
    "it as a message (.eml), or take it out of the source.",
    "MESSAGE_TOO_LARGE": "The message is larger than `limits.message_bytes` (not parsed): raise it and replay. Or than "
    "`limits.stored_bytes` (not kept either): raise it and give the export under another path, or read it where it lies.",
    "TOO_MANY_PARTS": "The message has more MIME parts than `limits.parts`. Raise the limit and replay if it is genuine.",
    "TOO_DEEP": "MIME parts are nested deeper than `limits.depth`. Raise the limit and replay if it is genuine.",
    "TOO_MANY_ATTACHMENTS": "The message has more attachments than `limits.attachments`. Raise the limit and replay.",
    "HEADER_TOO_LONG": "A header field is longer than `limits.header_bytes`, or a structured one is longer or has more "
    "parameters than any mail program writes. Raise the limit and replay if it is genuine.",
    "TOO_MANY_HEADERS": "A part has more header fields than `limits.headers`. Raise the limit and replay.",
    "TOO_MANY_ADDRESSES": "The message names more people than `limits.addresses`. Raise the limit and replay.",
    "HTML_TOO_LARGE": "The text is only in an HTML part larger than `limits.html_bytes`. Raise the limit and replay.",
    "BODY_TOO_LONG": "The text is longer than `limits.body_chars`. Raise the limit and replay.",
    "PARSE_ERROR": "The message could not be parsed, for a reason not foreseen. Report it; replay after the fix.",
}
"""Code of a fault to what it means and what to do about it. A message with a fault goes to quarantine."""

MARKS: dict[str, str] = {
    "DATE_MISSING": "There is no Date field.",
    "DATE_UNREADABLE": "The Date field holds no date, or one before 1970 or after 2100.",
    "SENDER_MISSING": "There is no From field, or nobody in it.",
    "SUBJECT_MISSING": "There is no subject, or an empty one.",
    "BODY_EMPTY": "There is no text.",
    "BODY_FROM_NESTED": "The mail itself has no text; that of the messages attached to it was taken.",
    "CHARSET_GUESSED": "The declared character set is missing, unknown or wrong for the text; another one was used.",
    "HTML_SIMPLIFIED": "The HTML is too big or too deep for a faithful conversion; its tags were only taken out.",
    "MIME_DEFECT": "The MIME structure is broken; what could be read was read.",
    "ATTACHMENT_NAME_UNREADABLE": "The name of an attachment could not be decoded; it is left empty.",
}
"""Code of an oddity to its meaning. A message with marks only is published."""

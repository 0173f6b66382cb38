"""Why a mail is quarantined, and what is odd about one that is published: every code with its meaning and remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Self


class _Code(StrEnum):
    """A code as tables hold it, with its meaning and, where there is one, the remedy."""

    meaning: str
    remedy: str

    def __new__(cls, code: str, meaning: str, remedy: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        member.remedy = remedy
        return member

    @property
    def description(self) -> str:
        """Meaning and remedy as one text."""
        return f"{self.meaning} {self.remedy}".rstrip()


class Reason(_Code):
    """Why a mail is quarantined: a code in `quarantine/mail.reasons`."""

    # reading an export
    UNKNOWN_FORMAT = (
        "UNKNOWN_FORMAT",
        "The file, or the member of an archive, is no mailbox, message or table of mail that can be read.",
        "Take it out of the source, unpack it, or export it again. Of a table, name the columns in `ingest.columns` "
        "as they are called in it, and give it under another path.",
    )
    OUTLOOK_STORE = (
        "OUTLOOK_STORE",
        "The file is a mailbox of Outlook (.pst or .ost), and the command readpst, which unpacks it, is not installed.",
        "Install it on every machine that reads mail (Debian and Ubuntu: `apt-get install pst-utils`; Fedora: libpst) "
        "and give the mailbox under another path, or export its folders as .msg, mbox or .eml.",
    )
    OUTLOOK_ITEMS = (
        "OUTLOOK_ITEMS",
        "Items beside mails of a mailbox of Outlook (.pst or .ost) were left out: they are damaged, or tasks or notes.",
        "Compare the folders with Outlook. Repair a damaged mailbox with Outlook's scanpst.exe and give it again.",
    )
    OUTLOOK_MESSAGE = (
        "OUTLOOK_MESSAGE",
        "The file is a message that Outlook saved, without the ending .msg and with its list of streams so late that "
        "it was not taken for one.",
        "Give its name the ending .msg.",
    )
    OTHER_MAILBOX = (
        "OTHER_MAILBOX",
        "The file is a mailbox of a program whose format is not read: Outlook Express (.dbx) or Lotus Notes (.nsf).",
        "Export its mail as mbox or .eml (Thunderbird imports .dbx; Notes saves selected mails as .eml).",
    )
    OFFICE_DOCUMENT = (
        "OFFICE_DOCUMENT",
        "The file is a document of an office program (such as .docx, .xls or .odt), no mail.",
        "Take it out of the source.",
    )
    PDF_DOCUMENT = (
        "PDF_DOCUMENT",
        "The file is a PDF; a mail that was printed into one has lost its header.",
        "Export the mail itself as .eml or mbox, or take it out of the source.",
    )
    OTHER_ARCHIVE = (
        "OTHER_ARCHIVE",
        "The file is an archive that is not opened: 7z or RAR, one that lies in more archives than "
        "`limits.archive_depth`, a .zip above `limits.stored_bytes` inside another archive, a packed file without "
        "mail, or a member of a .zip that is packed by other means than deflate.",
        "Unpack it, or pack its mail as .zip, .tar or .tar.gz.",
    )
    SOURCE_UNREADABLE = (
        "SOURCE_UNREADABLE",
        "The file could not be opened or read, or is a link that leads out of the source.",
        "Check the rights of the user who runs the job, or copy the file into the source.",
    )
    SOURCE_CORRUPT = (
        "SOURCE_CORRUPT",
        "The file is cut off or damaged; what came before the damage was read.",
        "Export or copy it again.",
    )
    UNPACKED_TOO_LARGE = (
        "UNPACKED_TOO_LARGE",
        "The compressed file or archive unpacks to more than `limits.unpacked_bytes` and `limits.unpacked_ratio` allow,"
        " or its members share bytes, as those of a decompression bomb do, or the list of members of a .zip is larger "
        "than `limits.archive_directory_bytes`, or it has more than `limits.archive_members` files, or an .xz needs "
        "more than 128 MiB of memory. What came before this member was read, and what follows it was not.",
        "Look at it with care; if it is genuine, raise the limit and give it under another path, or unpack it.",
    )
    MEMBER_ENCRYPTED = (
        "MEMBER_ENCRYPTED",
        "A member of a zip archive is encrypted.",
        "Unpack it with its password and add it again.",
    )
    NO_SEPARATOR = (
        "NO_SEPARATOR",
        "Text stands before the first message of an mbox and is no message.",
        "Nothing to do if it is a note; otherwise put a From line before it.",
    )
    BAD_ROW = (
        "BAD_ROW",
        "A row of a JSONL or CSV file is malformed or holds neither subject nor text.",
        "Correct the row.",
    )

    # parsing a message
    EMPTY = ("EMPTY", "The message has no bytes.", "Export it again if there should be some.")
    NOT_A_MAIL = (
        "NOT_A_MAIL",
        "No header field of a mail was found (for instance an image or plain text).",
        "Export it as a message (.eml), or take it out of the source.",
    )
    MESSAGE_TOO_LARGE = (
        "MESSAGE_TOO_LARGE",
        "The message is larger than `limits.message_bytes` (not parsed) or `limits.stored_bytes` (not stored either).",
        "Raise the limit and replay; beyond `limits.stored_bytes`, raise that and give the export under another path, "
        "or read the message in the export.",
    )
    TOO_MANY_PARTS = (
        "TOO_MANY_PARTS",
        "The message has more MIME parts than `limits.parts`.",
        "Raise the limit and replay if it is genuine.",
    )
    TOO_DEEP = (
        "TOO_DEEP",
        "MIME parts are nested deeper than `limits.depth`.",
        "Raise the limit and replay if it is genuine.",
    )
    TOO_MANY_ATTACHMENTS = (
        "TOO_MANY_ATTACHMENTS",
        "The message has more attachments than `limits.attachments`.",
        "Raise the limit and replay.",
    )
    HEADER_TOO_LONG = (
        "HEADER_TOO_LONG",
        "A header field is longer than `limits.header_bytes`, or a structured one is longer or has more parameters "
        "than any mail program writes.",
        "Raise the limit and replay if the field is genuine; a structured one has a fixed bound.",
    )
    TOO_MANY_HEADERS = (
        "TOO_MANY_HEADERS",
        "A part has more header fields than `limits.headers`.",
        "Raise the limit and replay.",
    )
    TOO_MANY_ADDRESSES = (
        "TOO_MANY_ADDRESSES",
        "The message names more people than `limits.addresses`.",
        "Raise the limit and replay.",
    )
    HTML_TOO_LARGE = (
        "HTML_TOO_LARGE",
        "The text is only in an HTML part larger than `limits.html_bytes`.",
        "Raise the limit and replay.",
    )
    BODY_TOO_LONG = (
        "BODY_TOO_LONG",
        "The text is longer than `limits.body_chars`.",
        "Raise the limit and replay.",
    )
    PARSE_ERROR = (
        "PARSE_ERROR",
        "The message could not be parsed, for a reason not foreseen.",
        "Report it; replay after the fix.",
    )
    BYTES_EXPIRED = (
        "BYTES_EXPIRED",
        "The mail's bytes were removed by age (retention.raw_mail), so it cannot be read again.",
    )

    # detecting and replacing personal data
    DETECTOR_FAILED = (
        "DETECTOR_FAILED",
        "A detector of personal data failed or timed out on this mail, so it was not published.",
        "Replay it; if it returns, report the mail key.",
    )
    DETECTOR_KILLED = (
        "DETECTOR_KILLED",
        "The process that read this mail crashed or was killed.",
        "Replay it; if it returns, report the mail key.",
    )
    CPU_LIMIT = (
        "CPU_LIMIT",
        "Reading this mail and finding its personal data took more processor time than limits.cpu_seconds.",
        "Raise the limit and replay, or leave it.",
    )
    MEMORY_LIMIT = (
        "MEMORY_LIMIT",
        "Reading this mail and finding its personal data took more memory than limits.memory_bytes.",
        "Raise the limit and replay, or leave it.",
    )
    TIME_LIMIT = (
        "TIME_LIMIT",
        "The process that read this mail gave no answer in ten times limits.cpu_seconds.",
        "Replay it.",
    )
    NO_NER = (
        "NO_NER",
        "The policy quarantines mail in a language without a name detector.",
        "Name a spaCy package for it in the privacy policy, or set `without_ner: mark`, and replay.",
    )
    RESIDUE = (
        "RESIDUE",
        "Personal data was still found after it had been replaced, so the mail was not published.",
        "Report the mail key; replay after the fix.",
    )

    # publishing
    NO_CONTENT = (
        "NO_CONTENT",
        "Neither subject, body nor attachment: there is nothing to label.",
        "Look at the export.",
    )
    INTERRUPTED = (
        "INTERRUPTED",
        "The run was killed while it published this mail, and the repeated attempt decided otherwise.",
        "Replay it.",
    )


class Mark(_Code):
    """What is odd about a published mail: a code in `silver/mail.marks`."""

    DATE_MISSING = ("DATE_MISSING", "There is no Date field.")
    DATE_UNREADABLE = ("DATE_UNREADABLE", "The Date field holds no date, or one before 1970 or after 2100.")
    DATE_AFTER_RECEIPT = (
        "DATE_AFTER_RECEIPT",
        "The Date header lies more than two days after the receipt.",
    )
    SENDER_MISSING = ("SENDER_MISSING", "There is no From field, or nobody in it.")
    NO_RECIPIENT = ("NO_RECIPIENT", "No To, Cc or Bcc is there.")
    SUBJECT_MISSING = ("SUBJECT_MISSING", "There is no subject, or an empty one.")
    BODY_EMPTY = ("BODY_EMPTY", "There is no text.")
    BODY_FROM_NESTED = (
        "BODY_FROM_NESTED",
        "The mail itself has no text; that of the messages attached to it was taken.",
    )
    CHARSET_GUESSED = (
        "CHARSET_GUESSED",
        "The declared character set is missing, unknown or wrong for the text; another one was used.",
    )
    HTML_SIMPLIFIED = (
        "HTML_SIMPLIFIED",
        "The HTML is too big or too deep for a faithful conversion; its tags were only taken out.",
    )
    MIME_DEFECT = ("MIME_DEFECT", "The MIME structure is broken; what could be read was read.")
    ATTACHMENT_NAME_UNREADABLE = (
        "ATTACHMENT_NAME_UNREADABLE",
        "The name of an attachment could not be decoded; it is left empty.",
    )
    NO_NER = (
        "NO_NER",
        (
            "There is no name detector for the mail's language: "
            "names were found by patterns, lists and the mail's own people."
        ),
        "Name a spaCy package for it in the privacy policy.",
    )
    STORED_INBOX = ("STORED_INBOX", "The store that it was exported from (such as Gmail) had it in the inbox.")
    STORED_SENT = ("STORED_SENT", "The store had it among sent mail.")
    STORED_DRAFT = ("STORED_DRAFT", "The store had it as a draft, so it may never have been sent.")
    STORED_SPAM = ("STORED_SPAM", "The store took it for spam.")
    STORED_TRASH = (
        "STORED_TRASH",
        "It was in the store's trash, or marked as deleted there (X-Mozilla-Status, X-Status, Apple Mail's flags).",
    )
    STORED_STARRED = ("STORED_STARRED", "A person had starred or flagged it in the store.")
    STORED_IMPORTANT = ("STORED_IMPORTANT", "Gmail took it for important.")
    STORED_UNREAD = ("STORED_UNREAD", "Nobody had read it in the store.")
    STORED_ARCHIVED = ("STORED_ARCHIVED", "It was archived in the store.")
    STORED_PROMOTIONS = ("STORED_PROMOTIONS", "Gmail had it under promotions.")
    STORED_SOCIAL = ("STORED_SOCIAL", "Gmail had it under social networks.")
    STORED_UPDATES = ("STORED_UPDATES", "Gmail had it under updates.")
    STORED_FORUMS = ("STORED_FORUMS", "Gmail had it under forums.")
    SPECIAL_HEALTH = ("SPECIAL_HEALTH", "A word of health is in it (GDPR Art. 9).")
    SPECIAL_RELIGION = ("SPECIAL_RELIGION", "A word of religion or belief is in it (GDPR Art. 9).")
    SPECIAL_ETHNIC_ORIGIN = ("SPECIAL_ETHNIC_ORIGIN", "A word of racial or ethnic origin is in it (GDPR Art. 9).")
    SPECIAL_POLITICS = ("SPECIAL_POLITICS", "A word of political opinions is in it (GDPR Art. 9).")
    SPECIAL_TRADE_UNION = ("SPECIAL_TRADE_UNION", "A word of membership in a trade union is in it (GDPR Art. 9).")
    SPECIAL_SEX_LIFE = ("SPECIAL_SEX_LIFE", "A word of sex life or sexual orientation is in it (GDPR Art. 9).")
    SPECIAL_BIOMETRIC = ("SPECIAL_BIOMETRIC", "A word of biometric or genetic data is in it (GDPR Art. 9).")


@dataclass(frozen=True, slots=True)
class GateReason:
    """Why a whole batch is quarantined: an expectation of the gate failed. Its code names the expectation."""

    expectation: str
    meaning: ClassVar[str] = "A check of the whole batch failed."
    _prefix: ClassVar[str] = "GATE_"

    @property
    def code(self) -> str:
        """The code in `quarantine/mail.reasons`."""
        return f"{self._prefix}{self.expectation}"

    @classmethod
    def parse(cls, code: str) -> GateReason | None:
        """The reason that a code stands for; None where it is no gate's."""
        return cls(code.removeprefix(cls._prefix)) if code.startswith(cls._prefix) else None


DESCRIPTIONS: Mapping[str, str] = {code: code.description for code in (*Mark, *Reason)}
"""Meaning and remedy by code, of reasons and marks; of a code that is both, the reason's. A gate's codes are not in
it."""

"""The review page: a small web page on which several people review mails at once.

`desk` decides who sees which mail and keeps every answer, `why` finds the terms behind a suggestion, `web` shows it.
"""

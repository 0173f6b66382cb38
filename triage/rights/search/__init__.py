"""Where a person stands in the lake: identifiers, tokens, mails and raw bytes."""

"""What Outlook and Exchange write of their own: .msg files, TNEF parts, compressed RTF. Read under limits only."""

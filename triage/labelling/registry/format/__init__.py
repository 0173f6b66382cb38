"""What the folder of a registered model may hold, checked before any of it is loaded.

A digest says that files are those that were registered, not that they are harmless: whoever may write both the files
and the registry can change both. So every part of a folder is also checked by its form. Nothing here is unpickled,
and no name in a file chooses which code is imported.
"""

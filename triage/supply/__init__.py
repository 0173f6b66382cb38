"""What the project is made of and how it is handed on: bill of materials, licences, advisories, signed releases."""

"""The kinds of personal data, one entry each; a policy chooses among them and decides what becomes of each."""

from __future__ import annotations

from typing import Literal

Entity = Literal[
    "PERSON",  # a person's name, a part of it, or initials
    "EMAIL_ADDRESS",  # a mail address, also spelled out
    "PHONE_NUMBER",  # a phone or fax number
    "STREET_ADDRESS",  # a street with its number, a postbox, a postcode with its town
    "LOCATION",  # a town, region or country
    "ORGANIZATION",  # a company, authority or association
    "NRP",  # nationality, religion or political group
    "AGE",  # a person's age
    "BIRTH_DATE",  # a person's date of birth
    "DATE",  # a calendar date
    "CREDIT_CARD",  # a payment card's number
    "IBAN_CODE",  # a bank account's number
    "US_SSN",  # a social security number of the United States
    "NATIONAL_ID",  # a national identity, tax, health or social security number
    "PASSPORT",  # a passport's number
    "DRIVER_LICENSE",  # a driving licence's number
    "LICENSE_PLATE",  # a vehicle's licence plate
    "IP_ADDRESS",  # an address of the internet protocol
    "MAC_ADDRESS",  # a network card's address
    "URL",  # a web address
    "ACCOUNT_NUMBER",  # a number of a customer, an account, an order, a parcel or a contract, and a UPI address
    "CRYPTO",  # an address of a cryptocurrency
    "HOST_NAME",  # a computer's name in a company's own network
    "USERNAME",  # a user's name in a chat, network or system
    "SECRET",  # a password, token, API key or private key
    "OWN_TERM",  # a term of the policy's own deny list
]

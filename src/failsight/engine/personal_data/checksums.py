"""The arithmetic behind card numbers, bank accounts and other checked identifiers."""

from __future__ import annotations

import ipaddress

_IBAN_LENGTH = {
    "AD": 24,
    "AE": 23,
    "AT": 20,
    "BE": 16,
    "BG": 22,
    "CH": 21,
    "CY": 28,
    "CZ": 24,
    "DE": 22,
    "DK": 18,
    "EE": 20,
    "ES": 24,
    "FI": 18,
    "FR": 27,
    "GB": 22,
    "GR": 27,
    "HR": 21,
    "HU": 28,
    "IE": 22,
    "IL": 23,
    "IS": 26,
    "IT": 27,
    "LI": 21,
    "LT": 20,
    "LU": 20,
    "LV": 21,
    "MC": 27,
    "MT": 31,
    "NL": 18,
    "NO": 15,
    "PL": 28,
    "PT": 25,
    "RO": 24,
    "RS": 22,
    "SA": 24,
    "SE": 24,
    "SI": 19,
    "SK": 24,
    "SM": 27,
    "TR": 26,
    "UA": 29,
}
_TEST_CARDS = frozenset(
    [
        "4111111111111111",
        "4242424242424242",
        "4012888888881881",
        "5555555555554444",
        "5105105105105100",
        "378282246310005",
        "371449635398431",
        "6011111111111117",
        "30569309025904",
        "3530111333300000",
        "4000056655665556",
        "1234567812345670",
    ]
)
_PUBLIC_RESOLVERS = frozenset(["8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "1.2.3.4", "4.4.4.4"])


def luhn(digits: str) -> bool:
    """ISO/IEC 7812 check digit."""
    total = 0
    for place, letter in enumerate(reversed(digits)):
        value = int(letter) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_card(digits: str) -> bool:
    """Issuer prefix, length and Luhn digit of a payment card, and not one of the published test numbers."""
    if digits in _TEST_CARDS or len(set(digits)) < 4 or not luhn(digits):
        return False
    length, two, three, four = len(digits), int(digits[:2]), int(digits[:3]), int(digits[:4])
    return bool(
        (digits[0] == "4" and length in {13, 16, 19})
        or (51 <= two <= 55 and length == 16)
        or (2221 <= four <= 2720 and length == 16)
        or (two in {34, 37} and length == 15)
        or ((300 <= three <= 305 or two in {36, 38, 39}) and length in {14, 16})
        or ((four == 6011 or two == 65 or 644 <= three <= 649) and 16 <= length <= 19)
        or (3528 <= four <= 3589 and 15 <= length <= 19)
        or (four in {2131, 1800} and length == 15)
    )


def may_be_card(digits: str) -> bool:
    """Any Luhn-correct number of 12 to 19 digits: enough only beside the word "card"."""
    return 12 <= len(digits) <= 19 and len(set(digits)) >= 4 and digits not in _TEST_CARDS and luhn(digits)


def is_iban(value: str) -> bool:
    """ISO 13616: the country's length and the remainder of 97."""
    plain = value.replace(" ", "").replace("-", "").upper()
    if _IBAN_LENGTH.get(plain[:2]) != len(plain):
        return False
    moved = plain[4:] + plain[:4]
    return int("".join(str(int(letter, 36)) for letter in moved)) % 97 == 1


def is_ssn(area: str, group: str, serial: str) -> bool:
    """United States social security number: assigned ranges, not the well-known examples."""
    if area in {"000", "666"} or area[0] == "9" or group == "00" or serial == "0000":
        return False
    return f"{area}{group}{serial}" not in {"123456789", "078051120", "219099999", "111111111", "987654321"}


def is_public_address(value: str) -> bool:
    """An IPv4 or IPv6 address that may be somebody's: not private, reserved, documentation or a resolver."""
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return False
    return address.is_global and not address.is_multicast and value not in _PUBLIC_RESOLVERS

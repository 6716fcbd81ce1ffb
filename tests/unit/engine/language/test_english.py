from __future__ import annotations

import time

import pytest

from failsight.engine.language.english import looks_english

ENGLISH = (
    "",
    "42",
    "Paris",
    "Yes.",
    "no",
    "Los Angeles",
    "El Niño",
    "Die Hard",
    "Van Gogh",
    "São Paulo",
    "Hotel Café de Flore",
    "die casting cost",
    "van rental prices",
    "pro plan price",
    "de-icing fluid",
    "e-commerce platform pricing",
    "plus size fashion",
    "python list comprehension vs generator performance",
    "The café serves crème brûlée.",
    "What is the weather in Los Angeles?",
    "Where is the Café de Flore?",
    "Order 4471 shipped.",
    "explain like im 5",
    "Create a good analogy to explain something complex.",
    "Parker's partners sentenced to life in prison",
    "Run `ps aux | grep python` to find the PID, then `kill <pid>`; use `kill -9 <pid>` if it does not stop.",
    'Return JSON that fits this schema:\n{"type": "object", "properties": {"a": {"type": "integer", "minimum": 1}}}',
    'Explain and fix the error:\nTraceback (most recent call last):\n  File "a.py", line 2, in <module>\nKeyError: 1',
    "def area(r): return 3.14 * r ** 2",
    "Translate 你好 to English, please.",
    "You can return any item within 30 days of delivery for a full refund.",
    "Returns accepted within 30 days of delivery; items must be unused and in original packaging",
    "The German word Schadenfreude means pleasure at the misfortune of others, and there is no English word for it.",
    "José and María live in San José, and they like the city a lot because it is warm all year.",
    "1. Keep a regular schedule.\n2. Avoid screens before bed.\n3. Keep the room cool and dark.",
)
FOREIGN = (
    "Das kostet 45 Euro.",
    "Was ist in Berlin los?",
    "Die Garantie beträgt zwei Jahre.",
    "Wie lange ist die Garantie?",
    "Bitte nicht anrufen",
    "Vielen Dank für Ihre Nachricht",
    "Die Lieferung dauert drei bis fünf Werktage und ist ab einem Bestellwert von 50 Euro kostenlos.",
    "Le magasin est ouvert.",
    "Quel est le prix de la chambre ?",
    "Je ne sais pas.",
    "Vous pouvez retourner tous les articles dans les 30 jours suivant la livraison pour un remboursement complet.",
    "La tienda abre de lunes a viernes de 9:00 a 18:00.",
    "¿Cuál es el horario de la tienda?",
    "Sí, claro.",
    "Puede devolver cualquier artículo en un plazo de 30 días desde la entrega para obtener un reembolso completo.",
    "Il negozio è aperto dal lunedì al venerdì.",
    "Qual é o prazo de entrega?",
    "Wat is de prijs van het boek in de winkel?",
    "Hvad koster det at sende en pakke til Norge?",
    "Ile kosztuje przesyłka do Niemiec i jak długo trwa dostawa?",
    "Iade süresi ne kadar ve ürünü nasıl geri gönderebilirim?",
    "请问退货期限是多久？",
    "返品はいつまで可能ですか？",
    "반품은 언제까지 가능한가요?",
    "Какой срок возврата товара?",
    "ما هي مدة الإرجاع؟",
    "वापसी की अवधि क्या है?",
    "Stvarno ne znam, ali mislim da je cijena oko pedeset eura za jednu noć u tom hotelu.",
    "Ang presyo ng kuwarto ay limampung piso bawat gabi kasama ang almusal para sa dalawang tao.",
)


@pytest.mark.parametrize("text", ENGLISH)
def test_english_and_what_may_be(text: str) -> None:
    assert looks_english(text)


@pytest.mark.parametrize("text", FOREIGN)
def test_other_languages(text: str) -> None:
    assert not looks_english(text)


def test_a_text_in_two_languages_is_what_most_of_it_is() -> None:
    german = "Die Rückgabe ist innerhalb von 30 Tagen möglich und die Erstattung erfolgt auf das Konto. "
    english = "The return is possible within 30 days and the refund goes to the account that you paid with. "
    assert looks_english(english * 3 + german)
    assert not looks_english(german * 3 + english)


@pytest.mark.parametrize(
    "text",
    [
        '{"sku": "A-1", "qty": 3, "tags": ["red", "xl"], "dim": {"w": 20, "h": 30, "d": 5}}',
        "import numpy as np\n\ndef mean(rows):\n    return [np.mean(row) for row in rows if row]\n\nprint(mean([]))",
    ],
)
def test_code_and_data_are_no_english_text(text: str) -> None:
    assert not looks_english(text)


def test_a_long_text_is_read_at_its_beginning() -> None:
    started = time.process_time()
    assert not looks_english("der die das " * 100_000)
    assert looks_english("the one and the other " * 100_000)
    assert time.process_time() - started < 0.5

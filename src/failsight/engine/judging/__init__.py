"""What a judge is asked about an item and what its reply means. Pure: requests out, replies in.

``selection`` picks rubrics, ``shown`` and ``defuse`` make the item harmless data, ``prompt`` writes the request,
``json_text``, ``reply`` and ``quotes`` read the answer, ``verdict`` makes it a finding or a score, ``interview`` holds
these steps together for one item, ``estimate`` says what they would cost.
"""

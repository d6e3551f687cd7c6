"""What people search for in the data of the benchmarks."""

from typing import Any


def words_of_data(cursor: Any, size: int) -> dict[str, str]:
    """A common, a middling and a rare word of the vocabulary, a phrase and a typing error."""
    cursor.execute("SELECT word FROM tickets_searchword WHERE length(word) > 5"
                   " ORDER BY tickets DESC, word LIMIT 3")  # fmt: skip
    common = [word for (word,) in cursor.fetchall()]
    found = {"common": common[0]}
    for name, share in (("middling", 0.02), ("rare", 0.001)):
        cursor.execute("SELECT word FROM tickets_searchword WHERE length(word) > 5"
                       " ORDER BY abs(tickets - 20000 * %s), word LIMIT 1",
                       [share])  # fmt: skip
        found[name] = cursor.fetchone()[0]
    cursor.execute("SELECT subject FROM tickets_ticket WHERE id = %s", [size // 2])
    subject = cursor.fetchone()[0].split()
    word = found["middling"]
    typo = word[:2] + word[3] + word[2] + word[4:]
    return found | {
        "two common": " ".join(common[:2]),
        "phrase": f'"{" ".join(subject[:2])}"',
        "prefix": common[0][:4],
        "without": f"{common[0]} -{common[1]}",
        "typing error": typo,
        "number": str(size // 2),
        "reference": f"SD-{size // 2:06d}",
        "filter": f"{common[0]} status:open priority:high",
        "phone": "0117 496 0142",
        "nothing": "xqzvwk",
    }

"""From a message as it is typed to plain lower-case words without accents, separated by single spaces."""

import re
import unicodedata
from collections.abc import Mapping

_CHARACTERS_READ = 4_096
_KEYCAP = re.compile(r"([0-9])️?⃣")
_LONG = re.compile(r"([^\W\d])\1{2,}")
_LAUGHTER = re.compile(r"\b(?:k{2,}|(?:ha|he|hi|rs|hua|kk|ua){2,}h?s?|rs|huehue\w*|kakak\w*)\b")
_TOKEN = re.compile(
    r"[0-9]+(?:[.,/:][0-9]+)*|[^\W\d_]+(?:-[^\W\d_]+)*|[+%?!,.;:$º°ª/\-()]|\S",
)
_LETTERS_DIGITS = re.compile(r"(?<=[0-9])(?=[^\W\d_])|(?<=[^\W\d_])(?=[0-9])")


def fold(text: str) -> str:
    """`text` in lower case without accents."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def plain_words(text: str, signs: Mapping[str, str], words: Mapping[str, str]) -> str:
    """The words of `text` (its first 4,096 characters), with `signs` and `words` replaced by what they mean."""
    text = (
        _KEYCAP.sub(r" \1 ", text[:_CHARACTERS_READ])
        .replace("º", " º ")
        .replace("ª", " ª ")
        .replace("°", " º ")
    )
    for sign, meaning in signs.items():
        if sign in text:
            text = text.replace(sign, f" {meaning} " if meaning.isalpha() else meaning)
    text = "".join(s for s in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(s))
    text = _LAUGHTER.sub(" risos ", _LONG.sub(r"\1", text))
    found = (words.get(token, token) for token in _TOKEN.findall(text))
    return " ".join(" ".join(found).split())

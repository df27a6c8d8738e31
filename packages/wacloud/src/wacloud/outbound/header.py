"""What may stand above the body of an interactive message: a line of text, or a picture, a video, a document."""

from typing import Annotated, Any

from pydantic import BeforeValidator

from wacloud.outbound.media import Document, Image, Video
from wacloud.outbound.message import one_plain_line

MOST = 60


def _check(header: Any) -> Any:
    match header:
        case str() if not header.strip():
            raise ValueError("0 characters, at least 1" if not header else "only white space")
        case str() if len(header) > MOST:
            raise ValueError(f"{len(header)} characters, at most {MOST}")
        case Image(caption=str()) | Video(caption=str()) | Document(caption=str()):
            raise ValueError("media in a header has no caption: the body is its text")
        case str():
            return one_plain_line(header)
        case Image() | Video() | Document():
            return header
        case _:
            raise ValueError("must be text, an Image, a Video or a Document")


Header = Annotated[str | Image | Video | Document, BeforeValidator(_check)]

"""Files: uploaded before (`id`), or fetched by Meta from a public https `link` (and kept there for ten minutes).

Sizes are Meta's to check: image 5 MB (JPEG, PNG), video and audio 16 MB, document 100 MB, sticker 100 KB or, animated,
500 KB (WebP).
Source: https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media (read 2026-11)
"""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, model_validator

from wacloud.outbound.message import HttpsLink, NotBlank, Outbound, Text1, limit

Caption = Annotated[str, limit(1024), NotBlank]


class Media(Outbound):
    """Exactly one of `id` and `link`."""

    id: Text1 | None = None
    link: HttpsLink | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.id is None) == (self.link is None):
            raise ValueError("exactly one of id and link is needed")
        return self


class Image(Media):
    """JPEG or PNG; a caption of at most 1,024 characters."""

    kind = "image"
    caption: Caption | None = None


class Video(Media):
    """MP4 or 3GPP with H.264 and AAC; a caption of at most 1,024 characters."""

    kind = "video"
    caption: Caption | None = None


class Audio(Media):
    """AAC, AMR, MP3, M4A or OGG; `voice` shows it as a voice message (OGG with Opus, mono)."""

    kind = "audio"
    voice: bool | None = None


class Document(Media):
    """Any file; its name as the person sees it, and a caption of at most 1,024 characters."""

    kind = "document"
    caption: Caption | None = None
    filename: Text1 | None = None


class Sticker(Media):
    """WebP, 512 by 512 pixels."""

    kind = "sticker"


class Gif(Media):
    """An MP4 that plays over and over, in the header of a template."""

    kind = "gif"


def _bare(media: Any) -> Any:
    if media.caption is not None:
        raise ValueError("has no caption here")
    return media


# Media in a header, on a card or in a template, where a caption has no place.
BareImage = Annotated[Image, AfterValidator(_bare)]
BareVideo = Annotated[Video, AfterValidator(_bare)]
BareDocument = Annotated[Document, AfterValidator(_bare)]

"""HTTP to the Graph API: one pool of connections, the token, the tries, and what each failure means.

Which requests there are is told elsewhere (`client`, `media`, `templates`); which error a response is, in `errors`.
"""

import asyncio
import hashlib
import hmac
import json
import logging
import re
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Literal, Self

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_exponential_jitter

from wacloud.errors import (
    AmbiguousError,
    GraphError,
    MediaError,
    NotSentError,
    TransientError,
    WhatsAppError,
    from_response,
)

Json = dict[str, Any]
Ambiguous = Literal["retry", "raise"]

LONGEST_WAIT = 30.0
_META = re.compile(r"(.+\.)?(facebook\.com|fbsbx\.com|fbcdn\.net|whatsapp\.net|whatsapp\.com)")
# What aiohttp raises before a request is written.  The transport's own mapping cannot be used for that: it calls a
# connection that broke after the request was written a ConnectTimeout.
_NEVER_LEFT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)
_FAILURES = (httpx.RequestError, aiohttp.ClientError, TimeoutError)

logger = logging.getLogger(__name__)


class Connection:
    """Requests to one API address with one token, in HTTP/1.1 with kept connections.

    `timeout` (seconds) is for a whole try, `tries` for the tries in total, `backoff` the first pause (seconds), which
    doubles and gets up to as much again at random.  With `app_secret` every call proves that the caller has it.
    """

    def __init__(
        self,
        api_url: str,
        access_token: str,
        *,
        app_secret: str | None = None,
        timeout: float,
        tries: int,
        backoff: float,
    ) -> None:
        self._token = _checked_token(access_token)
        self._api = _checked_url(api_url)
        self._proof = {"appsecret_proof": _proof(self._token, app_secret)} if app_secret else {}
        self._timeout = timeout
        self._tries = tries
        self._backoff = backoff
        # Far below the whole, so that a try that never left is known as such.
        part = timeout / 3
        self._http = httpx.AsyncClient(
            base_url=api_url.rstrip("/") + "/",
            headers={"Authorization": f"Bearer {self._token}", "User-Agent": "wacloud"},
            timeout=httpx.Timeout(timeout, connect=part, pool=part),
            # 475 us of CPU a send, 693 on httpx's own (one after another, uvloop, 2026-11-25).
            transport=AiohttpTransport(verify=_certificates(), client=_session),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def token(self) -> str:
        """The access token, for the one call that wants it in another form."""
        return self._token

    async def close(self) -> None:
        """Closes the pool."""
        await self._http.aclose()

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
        file: tuple[str, bytes, str] | None = None,
        query: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        ambiguous: Ambiguous = "retry",
    ) -> Json:
        """The JSON object of a success; raises what `wacloud.errors` lists.

        What surely was not accepted is tried again (NotSentError, TransientError), and so is, unless `ambiguous` is
        "raise", what may have been.  A throttled request is not: the caller knows how long it can wait.
        """
        parameters = {**(query or {}), **self._proof}
        request: dict[str, Any] = {"params": parameters} if parameters else {}
        if body is not None:
            # ASCII, so that half an emoji somebody cut off does not make it unsendable.
            request["content"] = json.dumps(body, allow_nan=False).encode()
            request["headers"] = {"Content-Type": "application/json"}
        if content is not None:
            request["content"] = content
        if headers is not None:
            request["headers"] = {**request.get("headers", {}), **headers}
        if file is not None:
            request |= {"data": form or {}, "files": {"file": file}}
        retrying = self._retrying(f"{method} {path.rpartition('/')[2] or path}", ambiguous)
        return await retrying(self._once, method, path, request)

    async def pages(self, path: str, query: Mapping[str, str] | None = None) -> AsyncIterator[Json]:
        """Every object of a list, page after page."""
        query = dict(query or {})
        while True:
            answer = await self.call("GET", path, query=query)
            for item in answer.get("data") or ():
                if isinstance(item, dict):
                    yield item
            paging = answer.get("paging") or {}
            # Meta gives a cursor on the last page too; only `next` says that there is more.
            if "next" not in paging:
                return
            query = {**query, "after": paging["cursors"]["after"]}

    async def _once(self, method: str, path: str, request: Mapping[str, Any]) -> Json:
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._http.request(method, path, **request)
        except _FAILURES as error:
            raise _failure(error) from error
        if response.status_code != 200:
            raise self.error_of(response)
        try:
            answer = json.loads(response.content)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise AmbiguousError("the answer is not a JSON object", http_status=200)
        if "error" in answer:
            raise self.error_of(response)
        return answer

    def error_of(self, response: httpx.Response) -> GraphError | AmbiguousError:
        """The error that a response means; its body must have been read."""
        return from_response(response.status_code, response.headers, response.content, secret=self._token)

    @asynccontextmanager
    async def download(self, url: str) -> AsyncIterator[httpx.Response]:
        """Opens a media address and yields the response before its body is read.  Only Meta's hosts and the API's get the token."""
        if not self._trusted(url):
            raise MediaError("the media address is not at one of Meta's hosts: the token is not sent there")

        async def open_it() -> httpx.Response:
            try:
                response = await self._http.send(self._http.build_request("GET", url), stream=True)
            except _FAILURES as error:
                raise _failure(error) from error
            if response.status_code >= 500:
                await response.aread()
                raise self.error_of(response)
            return response

        response: httpx.Response = await self._retrying("GET media", "retry")(open_it)
        try:
            yield response
        finally:
            await response.aclose()

    def _trusted(self, url: str) -> bool:
        try:
            given = httpx.URL(url)
        except httpx.InvalidURL:
            return False
        at_meta = given.scheme == "https" and _META.fullmatch(given.host) is not None
        return at_meta or (given.scheme, given.netloc) == (self._api.scheme, self._api.netloc)

    def _retrying(self, what: str, ambiguous: Ambiguous) -> AsyncRetrying:
        def worth_it(error: BaseException) -> bool:
            if isinstance(error, TransientError):
                return (error.retry_after or 0.0) <= LONGEST_WAIT
            return isinstance(error, NotSentError) or (
                isinstance(error, AmbiguousError) and ambiguous == "retry"
            )

        jitter = wait_exponential_jitter(multiplier=self._backoff, max=LONGEST_WAIT, jitter=self._backoff)

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            return max(jitter(state), getattr(error, "retry_after", None) or 0.0)

        def log(state: RetryCallState) -> None:
            error = state.outcome.exception() if state.outcome else None
            if isinstance(error, WhatsAppError):
                count = f"{state.attempt_number} of {self._tries}"
                logger.warning("try %s of %s failed: %s", count, what, _without_persons(error))

        return AsyncRetrying(
            stop=stop_after_attempt(self._tries),
            wait=wait,
            retry=retry_if_exception(worth_it),
            after=log,
            reraise=True,
        )


@cache
def _certificates() -> ssl.SSLContext:
    """The trusted certificates, read once: reading them takes 0.1 s of CPU."""
    return httpx.create_ssl_context()


def _proof(token: str, app_secret: str) -> str:
    """Proves that whoever has the token has the app secret too.

    Source: https://developers.facebook.com/docs/graph-api/guides/secure-requests (read 2026-11)
    """
    return hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def _session() -> aiohttp.ClientSession:
    """The pool, made in the loop that uses it.  All connections that were opened are kept for a while."""
    connector = aiohttp.TCPConnector(ssl=_certificates(), limit=100, keepalive_timeout=30.0)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())


def _failure(error: Exception) -> NotSentError | AmbiguousError:
    """Whether the request surely never left is decided by what aiohttp raised, which stands behind httpx's error."""
    origin = error.__cause__ if isinstance(error, httpx.RequestError) and error.__cause__ else error
    name = type(origin).__name__
    if isinstance(origin, _NEVER_LEFT):
        return NotSentError(f"the Graph API was not reached: {name}")
    return AmbiguousError(f"no answer from the Graph API: {name}")


def _without_persons(error: WhatsAppError) -> str:
    """An error for the log: Meta's details may hold a phone number."""
    facts = {"code": getattr(error, "code", None), "HTTP": getattr(error, "http_status", None)}
    text = " ".join(f"{name} {value}" for name, value in facts.items() if value is not None)
    trace = getattr(error, "fbtrace_id", None)
    return f"{error.kind}{' ' + text if text else ''}{f' fbtrace_id {trace}' if trace else ''}"


def _checked_token(token: str) -> str:
    token = token.strip()
    # An HTTP library quotes an illegal header, token and all, in its exception.
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError("access_token: must be printable ASCII without white space")
    return token


def _checked_url(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ValueError(f"api_url: {error}") from None
    if parsed.scheme not in ("https", "http") or not parsed.host or parsed.query or parsed.fragment:
        raise ValueError("api_url: must be an address like https://graph.facebook.com/v26.0")
    return parsed

"""The headers by which Meta tells an app how near its limits it is.

Source: https://developers.facebook.com/docs/graph-api/overview/rate-limiting (read November 2026). That answers of
/messages carry them with the type `whatsapp` is assumed.
"""

import json
import threading
from collections import deque
from collections.abc import Callable

HOUR = 3600.0
CALLS_PER_HOUR = 5_000
REGAIN_MINUTES = 5


class Usage:
    """Counts the calls of the last hour."""

    def __init__(self, waba_id: str, clock: Callable[[], float]) -> None:
        self._waba_id = waba_id
        self._clock = clock
        self._lock = threading.Lock()
        self._calls: deque[float] = deque()

    def headers(self, limit: str | None) -> dict[str, str]:
        """Of one more answer; `limit` is what a throttling refusal is about (app, account, number, pair).

        The limits of a number and of a pair are none of the account's, and its usage does not show them.
        """
        now = self._clock()
        with self._lock:
            self._calls.append(now)
            while self._calls[0] < now - HOUR:
                self._calls.popleft()
            percent = min(100, 100 * len(self._calls) // CALLS_PER_HOUR)
        app = 100 if limit == "app" else percent
        account = 100 if limit == "account" else percent
        business = {
            "type": "whatsapp",
            "call_count": account,
            "total_cputime": account // 4,
            "total_time": account // 4,
            "estimated_time_to_regain_access": REGAIN_MINUTES if account == 100 else 0,
        }
        usage = {"call_count": app, "total_cputime": app // 4, "total_time": app // 4}
        return {
            "X-App-Usage": json.dumps(usage),
            "X-Business-Use-Case-Usage": json.dumps({self._waba_id: [business]}),
        }

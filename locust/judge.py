"""What an answer means for the event that was sent.

| answer                                   | outcome      | the event                     |
| ---------------------------------------- | ------------ | ----------------------------- |
| 200, the right body, a receipt           | acknowledged | is stored                     |
| 4xx                                      | refused      | is not stored                 |
| 5xx, anything else, none                 | unknown      | may be stored, also after 503 |

By gRPC: OK with the right message, a status that is final, any other status.
"""

from __future__ import annotations

import json
from typing import Literal

from calls import CallAnswer
from deck import Request
from exchange import Answer

ANOTHER = 'another receipt for the same key'
Outcome = Literal['acknowledged', 'refused', 'unknown']


def judge_call(answer: CallAnswer, first_receipt: str | None) -> tuple[Outcome, str | None]:
    """As `judge`, of a call."""
    if answer.code is not None:
        return ('refused' if answer.is_final else 'unknown'), f'gRPC {answer.code.name}'
    if '#' not in answer.receipt:
        return 'unknown', 'no receipt'
    if first_receipt is not None and answer.receipt != first_receipt:
        return 'unknown', ANOTHER
    return 'acknowledged', None


def judge(request: Request, answer: Answer, first_receipt: str | None) -> tuple[Outcome, str | None]:
    """The outcome, and why it is not `acknowledged`. `first_receipt`: of the same key, if answered before."""
    status = answer.get_code()
    if status != 200:
        return ('refused' if 400 <= status < 500 else 'unknown'), f'status {status}'
    receipt = answer.receipt
    if '#' not in receipt:
        return 'unknown', 'no receipt'
    try:
        body = json.loads(answer.body)
    except ValueError:
        body = None
    if not _is_right(body, request.answer, receipt):
        return 'unknown', 'unexpected body'
    if first_receipt is not None and receipt != first_receipt:
        return 'unknown', ANOTHER
    return 'acknowledged', None


def _is_right(body: object, answer: str | None, receipt: str) -> bool:
    """An answer of its own, or the receipt; a route may say more beside it."""
    if answer is not None:
        return body == answer
    return isinstance(body, dict) and body.get('estado') == 'OK' and body.get('id') == receipt

"""Outcome: a person looked into the ERP for a document that was sent, got no answer, and can't be asked for.

No machine sends such a document again. The person's word decides: it is there, with this number, or it surely is not.
"""

from __future__ import annotations

from dataclasses import replace

from handoff.domain.errors import InvalidInput, NotFound
from handoff.domain.posting import Posting, PostingState, Receipt
from handoff.pipeline.approve import note_readiness
from handoff.pipeline.deliver import PostTools, Tally, absent, outcome_unknown
from handoff.ports import PassStore


def tell_outcome(tools: PostTools, passes: PassStore, key: str, *, number: str | None) -> Posting:
    """Takes the ERP's number of the document as its receipt, or with None gives the posting up.

    The records follow with the next pass, or go back to be planned anew. That pass is told before, so that after a
    crash in between it finds what was said, and after, for a pass that looked just before.

    Raises NotFound, InvalidInput for a posting that is not waited for by a person, and Stale.
    """
    posting = tools.postings.get(key)
    if posting is None:
        raise NotFound("there is no posting of that key", field="key")
    problem = outcome_unknown(posting)
    if posting.state is not PostingState.UNSURE or tools.problems.get(problem.id) is None:
        raise InvalidInput(
            "nobody has to say what became of this posting",
            code="outcome_known",
            field="key",
            cure="Look at its state: the ERP was asked, or will be by the next pass.",
        )
    note_readiness(passes)
    tools.problems.close(problem.id)  # first: after a crash in between, the next pass asks anew
    if number is not None:
        receipt = Receipt(number, "", tools.clock(), adopted=True)
        posting = tools.postings.save(replace(posting, state=PostingState.ACCEPTED, receipt=receipt))
    else:
        absent(tools, posting, Tally())
    note_readiness(passes)
    return tools.postings.get(key) or posting

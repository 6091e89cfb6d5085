"""The second look at a yes: whatever leaves it open puts the message in front of the manager.

Rules over spaCy documents, blank English and blank Chinese (one token a character: no dictionary to
load, and phrases are found whatever the segmentation). A rule changes no label: it doubts, and it takes a
yes away that is left open or taken back.
Design law 4: negated, deferred, quoted or reported words never become `granted`.
"""

import functools
import re
import typing
from collections.abc import Iterable, Mapping, Sequence

from assistant.classify import words

if typing.TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import PhraseMatcher

#: what leaves a yes open, as the manager reads it
REASONS = {
    "negation": "The yes stands beside a no: “{words}”.",
    "condition": "The yes may hang on a condition: “{words}”.",
    "deferral": "The decision may be put off: “{words}”.",
    "question": "The yes stands in a question: “{words}”.",
    "reported": "The yes may be someone else's or an earlier one: “{words}”.",
}
_OPEN = frozenset({"negation", "condition", "deferral"})
#: what takes back a yes that was said before it, in the same mail
_TAKEN_BACK = re.compile(
    r"\b(?:(?:revok|rescind)\w* (?:my|our|this|that|the (?:yes|approval|acceptance|consent|go))"
    r"|(?:yes|approval|acceptance|consent|agreement|go-ahead)\b[^.!?]{0,40}\b(?:revoked|rescinded|withdrawn)\b"
    r"|(?<!n't )(?<!not )(?:scrap|scratch|strike|forget|undo|disregard) (?:that(?! \w+ (?:is|are|was))\b|(?:the|my|our)"
    r" ['\"“]?(?:yes|go|ok|okay|above|approval|first|last)\b)"
    r"|ignore (?:the above|my (?:yes|ok))|(?:take|taking|took) (?:it|that|this) back|i take back|or rather"
    r"|on second thoughts?|(?:speak|spoke) too soon|changed (?:my|our) minds?|no longer stands"
    r"|withdraw (?:my|our|the) (?:yes|approval|acceptance|consent|ok|agreement)|had it,? until)"
    r"|(?:收回|撤回)(?:我的|我们的|上述|前述|之前的)?(?:同意|批准|认可|意见|验收|前言)|(?<![我你他她它们])算了(?!一下|算|下)|停停|[点手]快了|说早了|改变?主意"
    r"|(?<!不)反悔|以(?:本|这|此)句为准|不作数|当我没说|[前上](?:面那)?一?句(?:话)?作废|刚说不"
)
#: how much of what follows a yes is looked at, in characters, and a sentence there that begins with a "but"
NEAR = 120
_BUT = re.compile(
    r"\W*((?:(?:but|however|except|though|although|yet|only)\b|但|不过|可(?![以能])|只是|然而|唯)[^,.!?，。！？\n]{0,60})"
)
#: entries by kind; a phrase of "harmless" hides what it covers
_ENGLISH: Mapping[str, str] = {
    "negation": "not|n't|no|never|nor|cannot|nobody|neither|without|refuse|reject|decline|unable|stop|"
    "hold off|hold on|withdraw|except|none|refused|rejected|declined|vetoed|veto|disallowed|overruled|"
    "unsigned|forbidden|stopped|cancelled|on hold|denied|withdrawn|withheld|closed|minus|"
    "apart from|hardly|too early|nothing|wrong|halt|pause",
    "condition": "if|once|provided|providing|as long as|so long as|subject to|only when|only after|unless|until|"
    "assuming|as soon as|on condition|conditional|contingent|pending|depends|depending|hinges|"
    "when you|when the|after you|after the|first|proviso|then you may|then go|then we|but|however|"
    "then yes|only|reservation|reservations|with that|in return|in exchange|if and when|so long",
    "deferral": "get back to you|come back to you|let you know|think about|think it over|wait|waiting|"
    "tomorrow|next week|later|not yet|still with|board|committee|legal|will decide|in principle|"
    "sleep on|soon|should be|would be|expect|expected|probably|perhaps|maybe|might|"
    "hopefully|likely|i'd say|leaning|almost|nearly|about to|going to",
    "question": "?",
    "reported": "said|says|told|according|wrote|writes|apparently|already|last year|last month|"
    "in may|in march|in january|in june|previously|earlier|heard|hear|rumour|he approved|"
    "she approved|they approved|was approved|were approved|had approved|has approved|has accepted|has agreed|their own|"
    'quote|“|"',
    "harmless": "no objection|no objections|no comment|no comments|no further comments|no further|no problem|"
    "no problems|no issue|no issues|no changes|no remarks|no concerns|no questions|no need|no worries|"
    "nothing to add|nothing against|nothing more|without changes|without reservation|not a problem|"
    "without further|without any|no doubt|why not|can't wait|cannot wait|couldn't be happier|"
    "not only|if only|closed account|without reservation|no reservations|"
    "no notes|no corrections|no amendments|nothing to change|don't change a thing|if you need|"
    "if you have|if anything|board room|no less|not only|"
    "first draft|first floor|first page|first phase|first version",
}
_CHINESE: Mapping[str, str] = {
    "negation": "不|没|未|别|勿|无法|否|拒|驳|退回|暂|停|莫|非|除了|唯独|撤回|收回|作废",
    "condition": "如果|若|要是|只要|除非|前提|条件|待|一旦|之后|以后|才|方可|方能|再|否则|"
    "不然|补齐|改完|改好|修好|先|但|不过|只是|后即|后可|后予|的话|另外得",
    "deferral": "考虑|研究|讨论|请示|上会|等|回头|改天|下周|过两天|答复|审批|走流程|会签|原则上|"
    "应该|可能|大概|估计|或许|也许|倾向|基本|差不多|看看|再看|再说|再议|有望|争取|将",
    "question": "？|?|吗|么|能否|是否|可否|是不是|呢",
    "reported": '说|讲|表示|听|据|已经|早就|去年|上次|上月|上个月|之前|当时|以前|曾|原话|转述|“|"|「',
    "harmless": "没问题|没意见|没有意见|无意见|无异议|没异议|没有异议|没毛病|不错|不用改|不必改|不用再|无误|"
    "没有问题|没啥问题|没什么问题|没啥意见|不再|不用等|别动了|不改了|没什么要改|没啥要改|没得挑|"
    "挑不出|没话说|没的说|没说的|不变|不动了|无需修改|无须修改|没有需要修改|毫不|怎么|什么时候|要不|"
    "听你的|听您的|不客气|再次|再见|首先|优先|先生|说明|说得|等级|平等|相等|将就|特别|分别|级别|区别|"
    "识别|类别|性别|才华|人才|不好意思|无妨|不妨|没错|差不了|非常|除非常|下周开|下周进|下周起|没挑",
}


@functools.cache
def _matcher(code: str) -> "tuple[Language, PhraseMatcher]":
    """Build the pipeline and its phrases, once for each language; spaCy takes most of a second to import."""
    import spacy
    from spacy.matcher import PhraseMatcher

    pipeline = spacy.blank(code)
    matcher = PhraseMatcher(pipeline.vocab, attr="LOWER")
    for kind, phrases in (_CHINESE if code == "zh" else _ENGLISH).items():
        matcher.add(kind, [pipeline.make_doc(phrase) for phrase in phrases.split("|")])
    return pipeline, matcher


def doubts(texts: Sequence[str], behind: Sequence[str] = ()) -> list[str]:
    """Say, a sentence each, what leaves a yes open in the passages `texts` that carry it.

    `behind`: what follows each of them in its mail; a "but" there doubts too (2026-11-30: of 3,064 unseen Chinese
    messages 4 were surely and falsely granted, two of them "yes. But first ...").
    """
    found: dict[str, str] = {}
    for rest in behind:
        if but := _BUT.match(words.plain(rest)):
            found.setdefault("condition", rest[slice(*but.span(1))])
    for text in texts:
        for kind, phrase in _cues(words.plain(text).replace("’", "'"), text):
            found.setdefault(kind, phrase)
    return [REASONS[kind].format(words=found[kind]) for kind in REASONS if kind in found]


def takes_back(text: str) -> bool:
    """Whether words in `text`, which begins at a yes, take it back.

    Without it a model of 39,232 messages found 16 false yeses in models/suites (2026-11-30, 802 that are none),
    with it 7; of the true ones 130 of 250 either way.
    """
    return _TAKEN_BACK.search(words.plain(text)) is not None


def leaves_open(texts: Sequence[str]) -> bool:
    """Whether every passage of a yes holds a no, a condition or a deferral.

    On 700 passages a language of each kind (2026-11-21): so do about 10 in 100 that grant, 75 in 100
    that do not.
    """
    return bool(texts) and all(
        any(kind in _OPEN for kind, _ in _cues(words.plain(text).replace("’", "'"), text))
        for text in texts
    )


def _cues(folded: str, text: str) -> Iterable[tuple[str, str]]:
    """Yield (kind, words) of the cues in one passage that no harmless phrase covers."""
    for code, script in (("zh", r"[\u3400-\u9fff？]"), ("en", "[a-z?]")):
        if not re.search(script, folded):
            continue
        pipeline, matcher = _matcher(code)
        document = pipeline.make_doc(folded)
        matches = [
            (pipeline.vocab.strings[key], start, end) for key, start, end in matcher(document)
        ]
        calm = {
            at for kind, start, end in matches if kind == "harmless" for at in range(start, end)
        }
        for kind, start, end in sorted(matches, key=lambda match: match[1]):
            if kind != "harmless" and not calm.intersection(range(start, end)):
                span = document[start:end]
                yield kind, text[span.start_char : span.end_char]

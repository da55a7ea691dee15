"""English words that never are what a message is about: grammar, courtesy, and talk about the answer itself."""

GRAMMAR = frozenset(
    """
    a about above across actually after again against ago all almost alone along already also although always am among
    an and another any anybody anyone anything anyway anywhere are around as at away back be became because become been
    before behind being below beside besides between beyond both but by came can cannot could did do does doing done
    down during each either else enough ever every everybody everyone everything everywhere exactly far few for from
    further had half has have having he hence her here hers herself him himself his how however i if in indeed instead
    into is it its itself just keep keeps kept last later least less let lot lots made make makes many may maybe me
    meanwhile might mine more moreover most much must my myself near nearly neither never next no nobody none nor not
    nothing now nowhere of off often on once one ones only onto or other others otherwise our ours ourselves out over
    own per perhaps quite rather really same shall she should since so some somebody someone something sometimes
    somewhere soon still such than that the their theirs them themselves then there therefore these they this those
    though through thus till to today together tomorrow too toward towards two under unless until up upon us usually
    very via was we well were what whatever when whenever where wherever whether which while who whoever whole whom
    whose why will with within without would yes yesterday yet you your yours yourself yourselves
    first second third three four five six seven eight nine ten twelve
    """.split()  # noqa: SIM905 - a block of words is easier to read and keep sorted than a list of strings
)
"""Words that hold a sentence together. A run of other words between them is a phrase."""

COURTESY = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday
    afternoon appreciate apologies bye cheers day dear evening friendly glad good great greetings happy hello help
    helpful hey hi hope kind kindly luck morning nice ok okay please regards sincerely sir sorry sure thank thanks team
    welcome best
    """.split()  # noqa: SIM905
)

BUSINESS_OF_ASKING = frozenset(
    """
    able advise allow answer answered answering answers ask asked asking asks assistant background based begin
    begins behave behaves brief briefly bullet bulleted bullets call called check choose clear come comes
    compare concerning concise consider contain contains context could create decide describe detail detailed
    details difference different discuss draft exact example examples expect explain explained explaining
    explains explanation extract fail failed failing fails field fields find fine fix follow following follows
    form format full gave generate get gets getting give given gives giving go goes going gone got happen
    happened happening happens hear help helped idea important include includes including instructions items
    json key keys kind know known leave like list lists little long longer look looking looks main maximum mean
    means mention mentioned minimum name named need needed needs object outline output paragraph paragraphs
    people percent picture point points possible problem produce properly provide question questions reason
    reasons receive received recommend regarding reply report reported reports request respond response return
    rewrite right said say saying says schema see seem seems seen sense sentence sentences short show showed
    showing shows simple simplest simply small specific stand start started starting starts state stay staying
    stays step steps stop stopped stops suggest sum summaries summarise summarize summary support take taken
    takes tell text thing things think time times told took topic tried tries true trust try trying turn
    understand use used user users uses using valid value values want wanted wants way ways went wish wondering
    word words work worked working works write writing written wrong
    """.split()  # noqa: SIM905
)
"""What people say about the question and the answer rather than about the matter."""

IGNORED = GRAMMAR | COURTESY | BUSINESS_OF_ASKING

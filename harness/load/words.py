"""Words that are one token each in every tokenizer there is, with a blank before them and without."""

from typing import Final

_TEXT: Final = """
about above account action active address after again against age agree air all allow almost alone along already also
always among amount answer any appear area arm art ask away back bag ball bank base bed before begin below best better
between big bill bit blue board body book both box boy break bring brown build building business but buy call car card
care carry case cause cell center central chair change character charge check child choice choose church city civil
claim class clear close coach cold college color come common community company compare computer condition consider
contain continue control cost could country course court cover create culture cup current customer cut dark data
daughter day deal decision deep degree describe design detail develop difference different direction director discover
doctor dog door down draw dream drive drop during each early east easy eat economic edge education effect eight either
"""
WORDS: Final = tuple(_TEXT.split())

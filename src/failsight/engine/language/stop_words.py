"""The most frequent words of some languages in the Latin script."""

from __future__ import annotations

STOP_WORDS = {
    "English": "the and of to in is that it for with as are was be this by on have from you not or at "
        "can your their will which but",
    "German": "der die das und ist nicht ein eine zu den mit von im sie ich es auf für dem sich auch "
        "wie werden oder bei aus wird sind",
    "French": "le la les des et est un une du que dans pour qui sur pas plus avec ce au vous il je "
        "sont être nous par ou cette votre",
    "Spanish": "el la los las de que y en un una es por con para del se no su al como más pero lo está este son muy",
    "Italian": "il di che la e un una per non è sono con del della le si in gli dei come anche più nel questo ma alla",
    "Portuguese": "o a de que e do da em um uma para com não os as se por mais dos no na é como você ou seu são",
    "Dutch": "de het een en van is dat in op te zijn met voor niet aan er om ook als maar bij naar dit wordt deze je",
    "Swedish": "och att det som en är på för av med den till inte ett har om jag kan de vi du från eller så",
    "Danish": "og at det som en er på for af med den til ikke et har om jeg kan de vi du fra eller så der",
    "Finnish": "ja on ei se että hän oli ovat mutta kun niin myös joka tai kuin sen ole voi mitä tämä "
        "kanssa ovat sitä olla",
    "Polish": "i w nie na się z do to że jest jak za od po są dla przez oraz ale tym być może które ich lub",
    "Turkish": "ve bir bu için ile de da olarak daha çok en gibi olan ne kadar var ama değil sonra her veya ki",
    "Swahili": "na ya wa kwa ni za katika la hii kama hiyo cha kuwa si sana lakini pia yake wao hilo yangu huu wake",
    "Vietnamese": "và của là có không được cho một các trong những người với để này đã đó khi từ bạn ở về như",
    "Indonesian": "yang dan di untuk dengan dari ini itu tidak adalah pada dalam akan ke juga atau oleh "
        "kami anda saya bisa",
    "Romanian": "și de la în pe cu că este nu o un care din pentru mai sunt să al fi ce ca se sau",
    "Czech": "a je se na že v to s z do by o jako ale pro tak za ne i jsou jsem po nebo při",
    "Hungarian": "a az és hogy nem is egy ez van volt de meg már csak mint ha el lehet vagy még ki",
}  # fmt: skip
SPOKEN = {  # beside them, what stands in short questions and answers
    "German": "hallo bitte danke ja nein was wer wo wann warum wieviel welche welcher welches kann kannst können hat "
        "habe haben war wurde einen einer einem mein meine mir mich wir ihr ihre ihren kein keine noch nur nach über "
        "in vom zum zur am aber wenn dass gibt uhr sehr um bis bin muss",
    "French": "bonjour merci oui quel quelle quels où quand comment pourquoi combien quoi ne mon ma mes son sa ses "
        "leur leurs elle ils elles suis avez peut aux sans très mais aussi si cet ces c l d qu n s j y fait faire",
    "Spanish": "hola gracias sí qué cómo cuál cuándo cuánto cuántos dónde quién mi tu me te nos le les usted tiene "
        "hay puede ha sin sobre hasta desde entre también ya fue ser sus",
    "Italian": "ciao grazie sì quale quando quanto quanti dove perché chi cosa mi ti ci ho hai ha lo i l al dal delle "
        "dell nella suo sua puoi può ed se da",
    "Portuguese": "olá obrigado obrigada sim qual quando quanto onde quem meu minha me eu ele ela tem pode foi ao aos "
        "das nos sem até muito também já isso",
    "Dutch": "hallo bedankt ja nee wat wie waar wanneer waarom hoe hoeveel welke kan kunt heeft heb hebben was mijn "
        "ik wij u uw zijn geen nog over uit tot door worden kunnen",
    "Swedish": "hej tack ja nej vad vem var när hur vilken min mitt ni hon han den ingen finns ska",
    "Danish": "hej tak ja nej hvad hvem hvor hvornår hvordan hvilken min mit ingen skal",
    "Polish": "czy co kto gdzie kiedy jaki jaka ile mój moja ja ty o u przy jego jej tego został",
    "Turkish": "merhaba evet hayır mi mı nasıl nedir nerede kim ben sen benim",
    "Czech": "ahoj ano jak kde kdy kdo můj moje ve který která byl být",
    "Indonesian": "halo apa siapa mana kapan bagaimana berapa ya ada tersebut telah sudah dapat",
    "Romanian": "bună da cum unde când cine meu mea am ai la pot",
}  # fmt: skip
_MORE_ENGLISH = """
a an i he she they we has had were would could do does did my our its his her me him them if what how when where why
who there here all any some no so about into out up than then just also more please hi hello yes these those been
being its should must may such between over only other each both after before most very
"""
ENGLISH = frozenset(STOP_WORDS["English"].split()) | frozenset(_MORE_ENGLISH.split())
_ALSO_ENGLISH = """
a ai al all also am an and ante as at bin but by can chi com comment con da data de dem den der die do du e el en er est
et fait for fur ha had hat have he hej her hi hop i il im in is it j ja jag jak just kan ken ki kim kin la lo mail main
man me meg men met mi min mint mix mon my na ne no non o of on or os par pas per plus por pot pour pro que s sa san
sans se sem sen ses si sin so son su sur ta te tak tak to tu un up us van var ve vi vid vil von wan war was wat we wer
will wo y ya yang you za ze
"""
ALSO_ENGLISH = frozenset(_ALSO_ENGLISH.split())  # or in English names and loans: alone they tell nothing
_LOANS = """
café cafés cliché clichés résumé résumés fiancé fiancée façade façades naïve naïveté déjà touché soirée sauté sautéed
purée puréed entrée entrées jalapeño jalapeños piñata crème brûlée à vis-à-vis coöperate exposé pâté über née señor
"""
LOANS = frozenset(_LOANS.split())  # English words with letters English lacks


def _by_word() -> dict[str, tuple[str, ...]]:
    """Word to the languages other than English that have it."""
    table: dict[str, tuple[str, ...]] = {}
    for language, listed in STOP_WORDS.items():
        if language != "English":
            for word in dict.fromkeys([*listed.split(), *SPOKEN.get(language, "").split()]):
                table[word] = (*table.get(word, ()), language)
    return table


FOREIGN = _by_word()
OWN = frozenset(FOREIGN) - ALSO_ENGLISH

"""Common given names of many cultures, lower case. Names that are mostly everyday words or places are left out."""

from __future__ import annotations

_NAMES = """
james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony donald
steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas
eric jonathan stephen larry justin scott brandon benjamin samuel gregory alexander patrick jack dennis jerry tyler
aaron jose henry adam douglas nathan peter zachary kyle walter harold jeremy ethan carl keith roger gerald
christian terry sean arthur austin noah lawrence jesse joe bryan billy jordan albert dylan bruce willie gabriel
alan juan logan wayne ralph roy eugene randy vincent russell louis philip bobby johnny bradley liam oliver elijah
lucas mason oscar leo isaac owen caleb hunter connor wyatt luke julian levi mateo jaxon lincoln theodore harry
archie alfie freddie stanley leonard nigel graham trevor clive ian colin duncan malcolm gavin craig neil stuart
howard norman ernest frederick clarence earl dexter mary patricia jennifer linda elizabeth barbara susan jessica
sarah karen lisa nancy betty sandra margaret ashley kimberly emily donna michelle carol amanda melissa deborah
stephanie rebecca sharon laura cynthia dorothy amy kathleen angela shirley emma brenda pamela nicole anna samantha
katherine christine helen debra rachel carolyn janet maria catherine heather diane olivia julie joyce victoria ruth
virginia lauren kelly christina joan evelyn judith andrea hannah megan cheryl jacqueline martha madison teresa
gloria sara janice ann kathryn abigail sophia frances jean alice judy isabella julia denise amber doris marilyn
danielle beverly charlotte natalie theresa diana brittany kayla alexis lori marie ella chloe lily zoe lucy harriet
jodi thelma belle miriam bella tiffany crystal vanessa monica veronica gillian fiona deirdre siobhan niamh aoife
eilidh isla phoebe imogen beatrice beatrix florence edith agnes mabel hazel hans peter klaus jürgen wolfgang dieter
manfred uwe günther helmut horst heinz karl kurt ernst walter fritz friedrich johann johannes matthias markus
andreas stefan thomas jens torsten sven lars florian sebastian lukas felix maximilian moritz jonas tobias philipp
benedikt ulrich rainer steffen sabine petra monika ursula renate helga ingrid gisela brigitte heike birgit anke
silke katrin katharina lena leonie lea greta frieda anneliese ute gabriele claudia susanne martina angelika karin
sophie marlene hannelore jean pierre michel andré philippe alain bernard jacques daniel françois christophe laurent
nicolas thierry éric frédéric olivier julien antoine guillaume mathieu clément hugo louis émile gaston rené marcel
didier gérard yves henri étienne rémi benoît luc fabrice pascal marie nathalie isabelle sylvie catherine françoise
monique christine céline aurélie camille manon chloé inès élodie juliette margaux sandrine véronique valérie
brigitte océane amélie hélène geneviève mathilde odette josé antonio juan manuel francisco luis javier carlos jesús
alejandro miguel rafael pedro pablo sergio fernando jorge alberto álvaro diego adrián raúl enrique ramón vicente
joaquín andrés ignacio rubén salvador eduardo ricardo gonzalo emilio esteban felipe guillermo hernán mauricio
rodrigo santiago arturo gustavo ernesto alfonso lorenzo tomás ángel maría carmen josefa isabel dolores pilar teresa
ana francisca cristina marta lucía elena rosa raquel manuela mercedes beatriz silvia patricia rocío inmaculada
concepción esperanza ximena valentina camila guadalupe juana yolanda graciela alejandra gabriela fernanda consuelo
marco giuseppe giovanni antonio mario luigi francesco angelo vincenzo pietro salvatore carlo franco domenico bruno
paolo michele giorgio aldo andrea luca matteo alessandro davide stefano roberto simone federico lorenzo riccardo
giulia chiara francesca federica sara martina valentina alessia silvia elisa ilaria paola giovanna rosa antonella
caterina lucia manlio fabrizio massimo enzo gianluca raffaele joão antónio paulo tiago pedro miguel rui nuno luís
bruno vasco gonçalo diogo ana mariana beatriz inês catarina leonor matilde thiago vinícius caio otávio luana
larissa letícia bianca fernanda juliana adriana jan piotr krzysztof andrzej tomasz paweł michał marcin jakub adam
łukasz stanisław jerzy maciej grzegorz wojciech kazimierz zbigniew mateusz anna katarzyna małgorzata agnieszka
barbara ewa magdalena joanna monika teresa zofia halina danuta krystyna aleksandra urszula ivan dmitri dmitry
sergei sergey alexei aleksei vladimir mikhail nikolai andrei boris oleg igor yuri pavel viktor anatoly konstantin
maxim olga tatiana natalia svetlana irina ekaterina elena anastasia ludmila galina yulia oksana ksenia marina
nadezhda vera samira efimiya jiří petr josef pavel jaroslav martin tomáš zdeněk václav michal františek eva hana
věra lenka kateřina lucie jitka božena jožef marko luka nikola milan dragan zoran goran miroslav ivana jelena
milica dragana vesna mirjana snežana matija ante ivo lászló istván józsef jános zoltán sándor gábor ferenc attila
péter tamás zsolt balázs katalin erzsébet ilona zsuzsanna ágnes judit lars erik anders johan karl per nils mikael
björn magnus fredrik henrik gustav oskar emil axel olof sven göran åke leif åsa anna eva maria karin kristina
ingrid astrid linnea ebba elsa maja magda ulla birgitta gunilla lena annika ole bjørn knut svein kjell odd arne
øyvind trond terje morten kari inger liv solveig marit berit randi sigrid jens niels søren mads rasmus kirsten
mette lone hanne bente jytte inge grethe jukka matti mikko antti juha pekka timo kari heikki tapani anneli liisa
tuula ritva päivi sari laine aino jón guðmundur sigurður gunnar ólafur einar kristján magnús stefán vilhjálmur
guðrún sigríður kristín helga þóra sigurlaug willem pieter cornelis hendrik johannes gerrit jeroen sander bram daan
thijs femke sanne lotte anouk marieke wouter ruben joris mehmet mustafa ahmet ali hüseyin hasan ibrahim ismail
osman yusuf murat emre burak fatma ayşe emine hatice zeynep elif meryem mohammed muhammad mohamed ahmed ahmad
mahmoud omar youssef yousef khaled hassan hussein karim tariq abdullah abdul abdel rashid faisal bilal hamza fatima
aisha khadija maryam zainab layla leila yasmin noor amina salma nadia rania hana huda mona dina abbas reza mehdi
hamid parisa shirin nasrin farhad dariush kourosh arash raj rahul amit sanjay vijay rajesh suresh ramesh anil sunil
arjun rohit vikram ravi deepak manoj krishna ganesh harish ashok vivek karthik priya anjali pooja neha sunita
kavita deepa lakshmi meera anita divya shreya ananya aishwarya sneha swati rekha geeta indira wei ming jing
xiaoming hao jian yong mei ling xin yan xiu hui fang hong tao chen liang bo hiroshi takashi kenji satoshi kazuo
akira yuki haruto sota ren yuto daiki takumi naoki yoko keiko sakura hana aoi yui haruka emi kumiko min-jun ji-hoon
seo-yeon ji-woo minho jisoo hyun soo-jin eun-ji young-ho sung-min nguyen minh anh linh thanh tuan huong lan phuong
kwame kofi ama akosua chidi chinedu emeka ngozi adaeze oluwaseun babatunde folake amara thabo sipho nomsa lerato
tendai themba abebe haile tesfaye aster wanjiru kamau njoroge otieno akinyi moshe avi yosef shlomo yitzhak rivka
noa tamar shira yael konstantinos giorgos dimitris yannis nikos eleni katerina vasiliki sofia despina andreea ioana
mihai andrei ion gheorghe vasile elena cristian florin taras oleksandr volodymyr bohdan mykola iryna kateryna
efrain camilo dayana sofie josefine emilie freja clara ida alberte valdemar birgir
"""
_WORDS = """
jordan virginia madison lincoln hunter crystal amber hazel belle earl bo min anh lan chen ren ling dolores rosa
vera per christian mason austin logan florence jean liv ion aster hana mona wei ama noor angel luz lea jesús ante
"""
GIVEN_NAMES = frozenset(_NAMES.split()) - frozenset(_WORDS.split())

"""Agreement of a table that somebody brings."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

from tests.messages.case import Case, Group, Step
from tests.messages.scenes import file, folder
from tests.messages.work import Work

ROWS = (
    "u,a,v,q,c\ns1,ana,1,tone,x\ns1,ben,2,tone,x\ns2,ana,1,tone,y\ns2,ben,1,tone,y\ns3,ana,2,tone,y\ns3,ben,2,tone,y\n"
)
TABLE = file("t.csv", ROWS)
ASKED = "--unit u --annotator a --value v --bootstrap 0"
NOMINAL = f"{ASKED} --level nominal"
SPANS = f"{ASKED} --level span --start b --end e --length n"


def _parquet(**columns: object) -> Step:
    def put(work: Work) -> None:
        pq.write_table(pa.table(columns), work.here / "t.parquet")

    return put


def _columns_twice(work: Work) -> None:
    pq.write_table(pa.table([["s1"], ["ana"], ["1"], ["2"]], names=["u", "a", "v", "v"]), work.here / "t.parquet")


def _distances_of_records(work: Work) -> None:
    pq.write_table(pa.table({"": ["1"], "1": [{"a": 1}]}), work.here / "d.parquet")


def _no_room(work: Work) -> None:
    work.patch.setattr("toolkit.agreement.matrix.LARGEST_TABLE", 1)


def _is_a_terminal(work: Work) -> None:
    work.patch.setattr("toolkit.cli.streams._data", _Terminal)


class _Terminal:
    def isatty(self) -> bool:
        return True


GROUP = Group(
    75,
    "tables",
    "Agreement of a table",
    (
        Case("columns-not-named", "You do not say which column is what.", "agree t.csv", (TABLE,)),
        Case("other-kind", "The file is of a kind that cannot be read.", f"agree t.xls {NOMINAL}",
             (file("t.xls", "x"),)),
        Case("missing", "You misspell the file.", f"agree tt.csv {NOMINAL}", (TABLE,)),
        Case("empty", "The file is empty.", f"agree t.csv {NOMINAL}", (file("t.csv", " \n"),)),
        Case("a-folder", "A folder ends in .csv.", f"report t.csv {NOMINAL}", (folder("t.csv"),)),
        Case("not-a-file", "Something that is no regular file.", f"agree pipe.csv {NOMINAL}",
             (lambda work: __import__("os").mkfifo(work.here / "pipe.csv"),)),
        Case("semicolons", "Columns are separated by semicolons.", f"agree t.csv {NOMINAL}",
             (file("t.csv", ROWS.replace(",", ";")),)),
        Case("csv-broken", "Lines have another number of fields than the header, or are not UTF-8.",
             f"agree t.csv {NOMINAL}", (file("t.csv", b"u,a,v\ns1,ana\ns2,b\xe9n,1\n" + b"s3,ana\n" * 25),)),
        Case("csv-quotes", "A quoted field never ends, or goes on after its end.", f"agree t.csv {NOMINAL}",
             (file("t.csv", 'u,a,v\ns1,"ana" x,1\n'),)),
        Case("csv-open-quote", "A quoted field never ends.", f"agree t.csv {NOMINAL}",
             (file("t.csv", 'u,a,v\ns1,"ana,1\n'),)),
        Case("parquet-broken", "A Parquet file is none.", f"agree t.parquet {NOMINAL}",
             (file("t.parquet", b"PAR1 nothing PAR1"),), blur=((r"can be read: .*", "can be read: …"),)),
        Case("json-array", "A file of JSON lines is one array.", f"agree t.jsonl {NOMINAL}",
             (file("t.jsonl", '[{"u": "s1"},\n {"u": "s2"}]\n'),)),
        Case("json-lines-broken", "Lines of a file are no objects of values.", f"agree t.jsonl {NOMINAL}",
             (file("t.jsonl", '{"u": "s1", "a": "ana", "v": {"x": 1}}\n{"u": "s1", "a": "ben", "v": [[1]]}\n'),)),
        Case("json-lines-no-json", "Lines of a file are no JSON.", f"agree t.jsonl {NOMINAL}",
             (file("t.jsonl", '{"u": \n[1]\n{"u": "s\xe9"}\n{"u": 1, "u": 2}\n' + "[" * 100_000 + "\n"),)),
        Case("json-lines-no-utf8", "A line of a file is not UTF-8.", f"agree t.jsonl {NOMINAL}",
             (file("t.jsonl", b'{"u": "s\xe9"}\n'),)),
        Case("json-lines-half-characters", "A line holds half a character.", f"agree t.jsonl {NOMINAL}",
             (file("t.jsonl", '{"u": "s1", "a": "ana", "v": "\\ud83d"}\n'),)),
        Case("json-lines-half-key", "A key holds half a character.", f"agree t.jsonl {NOMINAL}",
             (file("t.jsonl", '{"u": "s1", "a": "ana", "v": "1", "\\ud83d": 1}\n'),)),
        Case("no-such-column", "You misspell a column.",
             "agree t.csv --unit u --annotator a --value vv --question topic --level nominal", (TABLE,)),
        Case("column-twice-named", "One column is to be two things.",
             "agree t.csv --unit u --annotator u --value v --level nominal", (TABLE,)),
        Case("columns-of-one-name", "Two columns have the same name.", f"agree t.parquet {NOMINAL}", (_columns_twice,)),
        Case("column-of-lists", "A column holds lists, and the level is not of sets.", f"agree t.parquet {NOMINAL}",
             (_parquet(u=["s1"], a=[b"x"], v=[["a", "b"]]),)),
        Case("sets-of-sets", "A column holds lists of lists.", f"agree t.parquet {ASKED} --level set",
             (_parquet(u=["s1"], a=["x"], v=[[["a"]]]),)),
        Case("no-such-level", "You misspell the level.", f"agree t.csv {ASKED} --level nominall", (TABLE,)),
        Case("ordinal-without-order", "An ordinal question does not say its order.",
             f"agree t.csv {ASKED} --level ordinal", (TABLE,)),
        Case("order-and-categories", "You give an order and categories.",
             f"agree t.csv {ASKED} --level ordinal --order 1,2 --categories 1,2", (TABLE,)),
        Case("category-without-name", "There is a comma too many.", f"agree t.csv {NOMINAL} --categories 1,,2",
             (TABLE,)),
        Case("category-twice", "A category is listed twice.", f"agree t.csv {NOMINAL} --categories 1,2,1", (TABLE,)),
        Case("category-no-number", "A category of numbers is none.",
             f"agree t.csv {ASKED} --level interval --categories one,two", (TABLE,)),
        Case("values-wrong", "Values are not listed.", f"agree t.csv {NOMINAL} --categories 1,3", (TABLE,)),
        Case("values-no-numbers", "Values that are compared as numbers are none.",
             f"agree t.csv {ASKED} --level ratio",
             (file("t.csv", "u,a,v\ns1,ana,one\ns1,ben,-2\ns2,ana,1e999\ns2,ben,9007199254740993\n"),)),
        Case("sets-of-text", "Sets stand in text, and nothing says what separates them.",
             f"agree t.csv {ASKED} --level set", (TABLE,)),
        Case("separator-without-sets", "You separate sets where there are none.",
             f"agree t.csv {NOMINAL} --set-separator '|'", (TABLE,)),
        Case("separator-empty", "The separator of sets is empty.",
             f"agree t.csv {ASKED} --level set --set-separator ''", (TABLE,)),
        Case("answers-twice", "An annotator answers twice.", f"agree t.csv {NOMINAL}",
             (file("t.csv", "u,a,v\n" + "".join(f"s{n},ana,1\ns{n},ana,2\ns{n},ben,1\n" for n in range(25))),)),
        Case("rows-incomplete", "Rows do not say whose they are, or a unit is in two clusters.",
             f"agree t.csv {NOMINAL} --cluster c --question q",
             (file("t.csv", "u,a,v,q,c\n,ana,1,t,x\ns1,,1,t,x\ns1,ben,1,,x\ns1,ben,1,t,\n"
                            "s1,cem,1,t,x\ns1,dan,1,t,y\n"),)),
        Case("too-large-for-annotators", "A measure that names annotators, of more units than a table takes.",
             f"agree t.csv {NOMINAL} --measure cohen_kappa", (TABLE, _no_room)),
        Case("by-column", "Rows of an answer are in several groups.", f"agree t.csv {SPANS} --by g",
             (file("t.csv", "u,a,v,b,e,n,g\ns1,ana,X,0,1,9,p\ns1,ana,X,2,3,9,q\ns1,ben,X,0,1,9,p\n"),)),
        Case("spans-without-columns", "Spans need columns of their own.", f"agree t.csv {ASKED} --level span",
             (TABLE,)),
        Case("columns-of-spans", "You name columns of spans at another level.", f"agree t.csv {NOMINAL} --start v",
             (TABLE,)),
        Case("spans-wrong", "Spans lie outside their unit, or are half said.", f"agree t.csv {SPANS} --categories X",
             (file("t.csv", "u,a,v,b,e,n\ns1,ana,,0,1,9\ns1,ana,X,,,9\ns1,ben,Y,0,1,9\ns2,ana,X,zero,1,9\n"
                            "s2,ben,X,0,,9\ns3,ana,X,5,2,9\ns3,ben,X,5,20,9\ns4,ana,X,0,1,\ns4,ben,X,0,1,8\n"
                            "s4,cem,X,0,1,9\ns5,ana,,,,9\ns5,ana,X,0,1,9\n"),)),
        Case("span-options", "Options that spans do not have.",
             f"agree t.csv {SPANS} --order 1,2 --missing x --set-separator '|' --on-repeat latest", (TABLE,)),
        Case("span-ids-wrong", "Stretches of one span have two labels.", f"agree t.csv {SPANS} --span-id i",
             (file("t.csv", "u,a,v,b,e,n,i\ns1,ana,X,0,1,9,1\ns1,ana,Y,2,3,9,1\ns1,ben,,,,9,2\n"),)),
        Case("spans-explained", "Spans are to be explained without their texts.", f"agree t.csv {SPANS} --explain v",
             (file("t.csv", "u,a,v,b,e,n\ns1,ana,X,0,1,9\ns1,ben,X,0,2,9\ns2,ana,X,0,1,9\ns2,ben,X,0,1,9\n"),)),
        Case("table-without-distances", "Level *table* without a table of distances.",
             f"agree t.csv {ASKED} --level table", (TABLE,)),
        Case("distances-of-another-kind", "The table of distances is of another kind.",
             f"agree t.csv {ASKED} --weight-table d.txt", (TABLE, file("d.txt", "1"))),
        Case("distances-missing", "You misspell the table of distances.",
             f"agree t.csv {ASKED} --weight-table d.csv", (TABLE,)),
        Case("distances-wrong", "The table of distances is not square, not symmetric, or holds what is no distance.",
             f"agree t.csv {ASKED} --weight-table d.csv",
             (TABLE, file("d.csv", ",1,2,3,2,\n1,0,0.5,x,1,\n2,0.4,0.2,-1,1e200,\n4,1,,1,1,\n"))),
        Case("distances-lines", "Lines of the table of distances are broken.",
             f"agree t.csv {ASKED} --weight-table d.csv", (TABLE, file("d.csv", ',1,2\n1,0\n2,"1,0\n'))),
        Case("weights-above-one", "Weights of agreement are above 1.", f"agree t.csv {ASKED} --weight-table d.csv",
             (TABLE, file("d.csv", ",1,2\n1,1,1.5\n2,1.5,1\n"))),
        Case("distances-empty", "The table of distances has no categories.",
             f"agree t.csv {ASKED} --weight-table d.csv", (TABLE, file("d.csv", "x\n"))),
        Case("distances-broken-parquet", "The table of distances is no Parquet.",
             f"agree t.csv {ASKED} --weight-table d.parquet", (TABLE, file("d.parquet", b"PAR1 nothing PAR1")),
             blur=((r"can be read: .*", "can be read: …"),)),
        Case("distances-of-records", "The table of distances holds records.",
             f"agree t.csv {ASKED} --weight-table d.parquet", (TABLE, _distances_of_records)),
        Case("distances-and-order", "You give a table of distances and an order.",
             f"agree t.csv {ASKED} --weight-table d.csv --order 1,2", (TABLE, file("d.csv", ",1,2\n1,0,1\n2,1,0\n"))),
        Case("targets-of-a-table", "A table has no targets but those you name.",
             f"agree t.csv {NOMINAL} --fail-under target", (TABLE,)),
        Case("targets-wrong", "Targets are no numbers, or of no question.",
             f"agree t.csv {NOMINAL} --target high --target tone=0.8 --target v=0.8 --target v=0.7 "
             "--target 0.8 --target 0.7", (TABLE,)),
        Case("targets-of-nobody", "No question has a target, and one is to be reached.",
             f"agree t.csv {NOMINAL} --question q --target 'tone=0.8' --require reached",
             (file("t.csv", "u,a,v,q\ns1,ana,1,other\ns1,ben,1,other\n"),)),
        Case("undecided", "Too little was coded to say whether a target is reached.",
             "agree t.csv --unit u --annotator a --value v --level nominal --bootstrap 100 --target 0.5 "
             "--require reached", (TABLE,), prints=True,
             also="Nothing is wrong: the interval reaches over the target. Code more, or ask a lower one."),
        Case("not-reached", "The whole interval lies below the target.",
             "agree t.csv --unit u --annotator a --value v --level nominal --bootstrap 100 --target 0.9 "
             "--require reached",
             (file("t.csv", "u,a,v\n" + "".join(f"s{n},ana,{n % 2}\ns{n},ben,{n % 3 % 2}\n" for n in range(60))),),
             prints=True),
        Case("called-unit", "The column of clusters is called *unit*.",
             "agree t.csv --unit s --annotator a --value v --level nominal --cluster unit --bootstrap 0",
             (file("t.csv", "s,a,v,unit\ns1,ana,1,x\ns1,ben,1,x\n"),)),
        Case("rounds-of-a-table", "You name a round of a table.", f"agree t.csv {NOMINAL} --round pilot", (TABLE,)),
        Case("repeats-of-a-table", "You name rounds of a table.", f"agree t.csv {NOMINAL} --repeats pilot", (TABLE,)),
        Case("known-without-ending", "Known answers by a word, for a table.", f"agree t.csv {NOMINAL} --against gold",
             (TABLE,)),
        Case("known-of-which-question", "Known answers do not say of which question they are.",
             f"agree t.csv {NOMINAL} --question q --against k.csv",
             (file("t.csv", ROWS + "s1,ana,1,mood,x\ns1,ben,1,mood,x\n"), file("k.csv", "u,v\ns1,1\n"))),
        Case("known-columns", "Known answers lack the columns.", f"agree t.csv {NOMINAL} --against k.csv",
             (TABLE, file("k.csv", "unit,value\ns1,1\n"))),
        Case("known-of-lists", "Known answers are lists.", f"agree t.csv {NOMINAL} --against t.parquet",
             (TABLE, _parquet(u=["s1"], v=[["1"]]))),
        Case("known-nothing", "Known answers are none.", f"agree t.csv {NOMINAL} --against k.csv",
             (TABLE, file("k.csv", "u,v\n"))),
        Case("parquet-to-a-screen", "Parquet is to be printed on a screen.", f"agree t.csv {NOMINAL} --format parquet",
             (TABLE, _is_a_terminal)),
        Case("no-output", "Standard output is closed.", f"agree t.csv {NOMINAL}",
             (TABLE, lambda work: work.patch.setattr("sys.stdout", None))),
    ),
)  # fmt: skip

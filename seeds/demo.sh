#!/bin/sh
# The whole loop on real input, with the commands a lead would type, from articles to a settled study. Safe to run again.
set -eu

run() {
    printf '\n$ intercoder %s\n' "$*"
    intercoder "$@"
}

[ -f .demo/study.yaml ] || run init .demo --exports exports
run add --study .demo seeds/articles/iran-venezuela.txt 'seeds/articles/invented-*.md'
run server start --study .demo
people='anna@example.org ben@example.org chloe@example.org you@example.org'
printf '\n$ intercoder annotators add --study .demo %s\n' "$people"
# What to send to each (passwords, links) is printed here in real life; the demo shows yours at the end.
intercoder annotators add --study .demo $people >/dev/null
# A round of all articles takes in what is added later; run again, the demo has added more by now.
grep -q '^  second:' .demo/study.yaml || run push --study .demo
run replay --study .demo seeds/codings/coder-a.jsonl --annotator anna@example.org
run replay --study .demo seeds/codings/coder-b.jsonl --annotator ben@example.org
run replay --study .demo seeds/codings/coder-c.jsonl --annotator chloe@example.org
run pull --study .demo
run agree --study .demo --round pilot

printf '\nA second round, of harder articles, by coders whom nobody trained: see where they differ, and settle it.\n'
run add --study .demo 'seeds/harder/articles/*.md'
run push --study .demo --round second --fresh --annotators-per-sentence 3
run replay --study .demo --round second seeds/harder/codings/coder-d.jsonl --annotator anna@example.org
run replay --study .demo --round second seeds/harder/codings/coder-e.jsonl --annotator ben@example.org
run replay --study .demo --round second seeds/harder/codings/coder-f.jsonl --annotator chloe@example.org
run pull --study .demo --round second
run agree --study .demo --round second
run disagreements --study .demo --round second --question loaded --limit 2
run adjudicate start --study .demo --round second --adjudicator mara@example.org
run replay --study .demo --round second-adjudication seeds/harder/decisions.jsonl --annotator mara@example.org
run pull --study .demo --round second-adjudication
run adjudicate status --study .demo --round second
run feedback --study .demo --round second --all
run codebook review --study .demo --round second --format md --to .demo/review.md
run export --study .demo
run report --study .demo --round second --to .demo/report.html
printf '\nYour turn: three recorded codings of the pilot are in, and a fourth account waits for you.\n\n'
intercoder annotators add --study .demo --round pilot you@example.org
cat <<'TEXT'
Code a few sentences, then:
  . .venv/bin/activate              puts intercoder on your path, in this terminal
  intercoder pull --study .demo     and   intercoder agree --study .demo --round pilot
What was decided:  exports/demo (tables consensus and adjudications), .demo/feedback, .demo/review.md
The page to show:  .demo/report.html
The lead's login:  intercoder server status --study .demo --password
To end it:         intercoder server stop --study .demo
TEXT

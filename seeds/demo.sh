#!/bin/sh
# The whole loop on real input, with the commands a lead would type. Safe to run again.
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
run push --study .demo
run replay --study .demo seeds/codings/coder-a.jsonl --annotator anna@example.org
run replay --study .demo seeds/codings/coder-b.jsonl --annotator ben@example.org
run replay --study .demo seeds/codings/coder-c.jsonl --annotator chloe@example.org
run pull --study .demo
run agree --study .demo
run export --study .demo
printf '\nYour turn: three recorded codings are in, and a fourth account waits for you.\n\n'
intercoder annotators add --study .demo you@example.org
cat <<'TEXT'
Code a few sentences, then:
  . .venv/bin/activate              puts intercoder on your path, in this terminal
  intercoder pull --study .demo     and   intercoder agree --study .demo
The lead's login:  intercoder server status --study .demo --password
To end it:         intercoder server stop --study .demo
TEXT

#!/bin/sh
# One night: run, gate, leave what others read in $OUT. Ends with the gate's exit code: 0 passed, 3 regression,
# 4 inconclusive, 5 infrastructure. A run that is incomplete is gated all the same: the gate says what is missing.
#   SLABLAB   the command (default: ./slablab)          SUITE  what to run (default: suites/nightly.yaml)
#   OUT       folder of the outputs (default: nightly)  RUN    run directory; one that is there is gated, not run again
#   AGAINST   reference of the gate (default: the run's own baseline)
set -u
SLABLAB=${SLABLAB:-./slablab}
SUITE=${SUITE:-suites/nightly.yaml}
OUT=${OUT:-nightly}
RUN=${RUN:-$OUT/run}
mkdir -p "$OUT" || exit 5

if [ ! -e "$RUN/gains.json" ]; then
  "$SLABLAB" run "$SUITE" --out "$RUN"
  code=$?
  if [ ! -e "$RUN/gains.json" ]; then
    exit "$code"
  fi
fi

"$SLABLAB" gate "$RUN" ${AGAINST:+--against "$AGAINST"} \
  --junit "$OUT/junit.xml" --markdown "$OUT/summary.md" --mail "$OUT/mail.txt" \
  --gha-benchmark "$OUT/benchmark.json" --bencher "$OUT/bencher.json" --requests "$OUT/requests.csv"

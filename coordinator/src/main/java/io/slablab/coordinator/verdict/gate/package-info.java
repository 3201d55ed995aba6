/**
 * Whether a run may pass: regression, passed, inconclusive or infrastructure, for each comparison.
 *
 * <p>Purpose: a nightly job wants a verdict that is neither a false alarm nor a shrug. One stage
 * cannot give both over hundreds of cells, so a screen flags generously and new blocks confirm:
 *
 * <pre>
 *   first blocks -> signed rank p of "the loss is at most d0" -> flagged where p is at most 0.10
 *   new blocks of the flagged -> the same test -> Benjamini-Hochberg over the flagged
 *   regression: adjusted p at most alpha, and the estimate at least the least loss
 * </pre>
 *
 * <p>Where new blocks come from is known before any block is looked at: a run that planned {@value
 * io.slablab.coordinator.verdict.gate.Split#LEAST_TO_CONFIRM} blocks or more confirms by its own
 * later ones, see {@link io.slablab.coordinator.verdict.gate.Split}; a shorter one asks for a
 * {@link io.slablab.coordinator.verdict.gate.Confirmation}. There is one confirmation per
 * comparison and run: a gate that tried again until it were green would always be green.
 *
 * <p>A comparison that was not flagged passes where a loss that matters would have been flagged
 * with 90 % power, or where such a loss is ruled out; else it is inconclusive, with what could have
 * been seen beside it. A strict gate asks for the second everywhere.
 *
 * <p>Between campaigns the gains of either are compared by Welch's test, and the reference's blocks
 * are dealt out to screen and confirmation as well. By history tonight is compared with nights,
 * whose error is that between nights.
 *
 * <p>Terms: a <em>subject</em> is a treatment against the baseline of its cell on the gate's
 * metric; a <em>benefit</em> is a log ratio whose sign is turned so that positive is better.
 *
 * <p>Threads: all results are immutable. Nothing here reads a file.
 */
@NullMarked
package io.slablab.coordinator.verdict.gate;

import org.jspecify.annotations.NullMarked;

/**
 * Results of other harnesses as run directories of ours, so that every command treats them alike.
 *
 * <pre>
 *   cells.csv + trials.csv + design.json  -> CampaignCsv
 *   JMH's result files (-rf json)         -> JmhResults
 *                                         -> ForeignCampaign -> ImportedRun -> run directory
 * </pre>
 *
 * <h2>Blocks</h2>
 *
 * Trials of a CSV that name the same block are a pair. JMH runs all forks of one variant and then
 * all of the other: each fork is a block of its own here, the plan says so, and the gains are
 * Welch's, marked {@code UNPAIRED}.
 *
 * <h2>Rates</h2>
 *
 * A trial.json counts operations over a time; a foreign value is a rate. Operations and time are
 * chosen so that their ratio is the value: exact for values of few decimals, to 12 digits or so
 * otherwise. All iterations of a trial get one time, so that its mean is the mean of the rates.
 *
 * <h2>Warm-up</h2>
 *
 * Iterations are kept apart, and cut as ours, where the design says that warm-up is among them.
 * Else somebody has cut already, and a trial is one value.
 *
 * <p>What was read is kept verbatim in the folder {@code imported}. Of the host nothing is known:
 * there is no conditions.json, and comparisons say so. Not thread-safe.
 */
@NullMarked
package io.slablab.coordinator.store.imported;

import org.jspecify.annotations.NullMarked;

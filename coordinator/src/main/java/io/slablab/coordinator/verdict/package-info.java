/**
 * From the trials of a campaign to its gains and verdicts.
 *
 * <p>Purpose: {@link io.slablab.coordinator.verdict.TrialFiles} reads a run directory into plain
 * records, {@link io.slablab.coordinator.verdict.GainsCalculator} turns these into {@link
 * io.slablab.coordinator.verdict.Gains}, and {@link io.slablab.coordinator.verdict.GainsFiles}
 * writes gains.json, gains.csv and verdict.json. Nothing here talks to a host, and the same run
 * directory always gives the same bytes.
 *
 * <p>Per cell, treatment and metric:
 *
 * <pre>
 *   trials -> cut the warm-up (one cut per cell) -> one value per trial -> pairs per block
 *          -> log ratios, t interval, Hodges-Lehmann       (all values well above 0)
 *          -> ratio of means by Fieller, or the difference (values at or near 0)
 *          -> Welch's interval of the logs of either variant (imported, no block holds both)
 *   all hypotheses of a metric -> Benjamini-Hochberg -> better | worse | equivalent | inconclusive
 * </pre>
 *
 * <p>Whether a run may pass is decided in {@code verdict.gate}; two runs are compared in {@code
 * verdict.compare}.
 *
 * <p>{@link io.slablab.coordinator.verdict.RunGains} adds what the rows say together: {@link
 * io.slablab.coordinator.verdict.Scaling} of a variant over cores, {@link
 * io.slablab.coordinator.verdict.AcrossHosts} of a gain over hosts. Both describe; no verdict rests
 * on them.
 *
 * <p>Terms: a <em>pair</em> is the baseline's and the treatment's value of one block; a
 * <em>family</em> is all (cell x treatment) hypotheses of one metric; a <em>flag</em> is a short
 * code of something doubtful, always with a sentence in {@code warnings} beside the number. Absent
 * evidence is null and named, never 0; an outlier is flagged and stays.
 *
 * <p>In a null cell the baseline runs twice per block, the second time under another name. Its rows
 * stand in {@code controls}, in a family of their own: they weigh in no verdict, and the share of
 * their intervals that excludes 0 says what all other intervals are worth.
 *
 * <p>Where a campaign added blocks until intervals were narrow, {@link
 * io.slablab.coordinator.verdict.Precision} says which cell needs more, and all standard errors are
 * 4 % larger: looking has its price.
 *
 * <p>Threads: all types are immutable or stateless. Memory: the whole campaign's trial.json files,
 * about 100 bytes per iteration.
 */
@NullMarked
package io.slablab.coordinator.verdict;

import org.jspecify.annotations.NullMarked;

/**
 * What happened in a history: changes of the environment apart from changes of the code.
 *
 * <pre>
 *   gain    ln(treatment / baseline) of a cell, variant and metric    a shift is the code's
 *   level   ln(baseline) of a cell and metric                         a shift is the environment's
 *   host    the comparability key of a host                           a new one is the environment's
 * </pre>
 *
 * <p>Blocks are pairs, so that what slows a host slows both variants and leaves the gain alone: a
 * shift of the baseline's level with a steady gain is the host, its kernel or its room. Series are
 * apart by comparability key: nights on another kernel are another series, and no change of the
 * gain is looked for between them.
 *
 * <p>A change stays open until somebody accepts it. Accepting it cuts the series there: later
 * nights are compared with one another only, and a baseline starts anew ({@link
 * io.slablab.coordinator.history.Restarts}). Levels and gains are found by E-divisive ({@link
 * io.slablab.coordinator.stats.history.ChangePoints}); its intervals are after selection, so too
 * narrow.
 *
 * <p>Pure functions of what the index holds; series are searched in parallel.
 */
@NullMarked
package io.slablab.coordinator.history;

import org.jspecify.annotations.NullMarked;

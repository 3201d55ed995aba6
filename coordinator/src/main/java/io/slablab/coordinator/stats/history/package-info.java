/**
 * When the level of a series changed: nights of one cell, as ln(gain) or ln(level).
 *
 * <p>The detector is E-divisive in two passes. Q of a split compares how far values of its two
 * sides lie from one another with how far they lie among themselves:
 *
 * <pre>
 *   Q(s, tau, kappa) = 2 Sxy / (n + m) - 2 m Sxx / ((n + m)(n - 1)) - 2 n Syy / ((n + m)(m - 1))
 *   x = [s, tau), n points    y = [tau, kappa), m points    S = sums of |differences| over pairs
 * </pre>
 *
 * <p>The first pass collects weak points in windows; the second drops, from the whole series, what
 * is not significant or too small to matter. {@link
 * io.slablab.coordinator.stats.history.ChangePoints} does that; {@link
 * io.slablab.coordinator.stats.history.PermutationSplits} is a cross-check by random permutation,
 * {@link io.slablab.coordinator.stats.history.OptimalPartition} draws levels in plots.
 *
 * <p>An index is that of the first point of the new level, always in the array as given. Missing
 * nights are NaN, and left out. Pure functions, safe from any thread: a thousand series are a
 * thousand independent calls. Memory: a window's table of sums, 20 KiB; permutation and partition
 * hold a few arrays of the series' length.
 */
@NullMarked
package io.slablab.coordinator.stats.history;

import org.jspecify.annotations.NullMarked;

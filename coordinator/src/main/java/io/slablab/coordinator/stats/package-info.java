/**
 * The mathematics of a campaign: from numbers of blocks to estimates, intervals and p-values.
 *
 * <p>Purpose: everything here is a pure function of its arguments. No files, no clocks, no
 * knowledge of hosts, cells or variants; the package uses nothing else of Slablab. What the numbers
 * mean for a campaign is decided in {@code verdict}.
 *
 * <p>Terms. A <em>block</em> holds one trial of every variant. {@code d} is the array of a cell's
 * block log ratios, {@code d[b] = ln(treatment[b] / baseline[b])}; {@code n} its length, {@code s}
 * its sample standard deviation. A <em>gain</em> is {@code exp(mean d) - 1}. A <em>benefit</em> is
 * {@code d} with the sign turned so that positive is better. A loss of the fraction {@code p} is
 * the log margin {@code L(p) = -ln(1 - p)}.
 *
 * <p>Headline interval: {@code mean d -+ t(0.975, n-1) s / sqrt(n)}, end points through {@code
 * expm1}. All intervals of this package are two-sided. Those on logs say so in their accessors.
 *
 * <p>Where Apache Commons Statistics has a method, we call it; own code stands only for what it
 * lacks: exact rank laws with ties, Hodges-Lehmann, Fieller, bootstraps, MSER-5, the stop rule, the
 * noncentral t law, false discovery rates, the night of a gate.
 *
 * <p>Parts of their own: {@code curve} fits scaling laws (Levenberg-Marquardt is Hipparchus'),
 * {@code history} finds when a level changed, {@code hosts} says how far hosts differ and what
 * parts them, {@code latency} merges quantiles of trials and of hosts.
 *
 * <p>Randomness comes from {@link io.slablab.coordinator.stats.Streams} alone, so a result depends
 * on data, seed and label and on nothing else. Threads: all types are immutable or stateless.
 * Memory: the largest table is the two-sample rank law of 50 against 50 values, about 3 MiB, for
 * the length of one call.
 */
@NullMarked
package io.slablab.coordinator.stats;

import org.jspecify.annotations.NullMarked;

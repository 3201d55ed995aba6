/**
 * One effect over several hosts: how much hosts differ, and what explains it.
 *
 * <p>Every host brings an effect (a mean log ratio) with the variance of its own error and the
 * degrees of freedom behind that variance. {@link io.slablab.coordinator.stats.hosts.Heterogeneity}
 * says what is common and how far hosts lie apart beyond their errors; {@link
 * io.slablab.coordinator.stats.hosts.BestSplit} looks for the property of hosts (two nodes, many
 * cores, SMT) that parts those with the effect from those without.
 *
 * <p>With w = 1 / v and W = sum w:
 *
 * <pre>
 *   Q = sum w (y - ybar)^2       ybar = sum w y / W       I^2 = max(0, (Q - (k - 1)) / Q)
 *   tau^2: the root of sum (y - mu)^2 / (v + tau^2) = k - 1, 0 where there is none (Paule, Mandel)
 * </pre>
 *
 * <p>Variances come from few blocks, so Q is not compared with its chi-square law, which would cry
 * wolf, but by Welch's correction of it. Pure functions, all types immutable; data that cannot
 * carry a number become a {@link io.slablab.coordinator.stats.hosts.Spread.Unknown}.
 */
@NullMarked
package io.slablab.coordinator.stats.hosts;

import org.jspecify.annotations.NullMarked;

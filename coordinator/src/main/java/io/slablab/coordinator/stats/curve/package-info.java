/**
 * Scaling curves: throughput X at N cores as a law with three coefficients.
 *
 * <pre>
 *   X(N) = lambda N / D(N)      D(N) = 1 + sigma (N - 1) + kappa N (N - 1)
 * </pre>
 *
 * <p>lambda is what one core does; sigma the share that is serial (kappa = 0 is Amdahl's law);
 * kappa the price of agreement between every two cores, which makes throughput fall beyond {@code
 * N_max = sqrt((1 - sigma) / kappa)} (Gunther's universal scalability law). Coefficients are fitted
 * by least squares on ln X with sigma, kappa >= 0. A coefficient that would be negative is held at
 * 0: then the law has one name less, see {@link io.slablab.coordinator.stats.curve.Law}.
 *
 * <p>A fit describes; it never replaces points. {@link
 * io.slablab.coordinator.stats.curve.ScalingFit} is a curve or the reason why there is none: no
 * data make it throw, and none make it invent a number. Points of one socket and of two belong in
 * two fits.
 *
 * <p>Levenberg-Marquardt is Hipparchus'. Errors are of the linearised problem at the optimum,
 * intervals Student's with points minus free coefficients minus one degrees of freedom. Pure
 * functions; all types are immutable.
 */
@NullMarked
package io.slablab.coordinator.stats.curve;

import org.jspecify.annotations.NullMarked;

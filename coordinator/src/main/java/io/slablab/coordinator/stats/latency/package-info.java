/**
 * Quantiles of latency: of one trial, of many trials together, and over time.
 *
 * <p>A quantile of a histogram is its smallest value whose cumulative weight reaches q W (type 1).
 * Trials are merged by weight: each trial counts the same, or each request does. A merged quantile
 * is secondary to the gain of per-trial quantiles; its interval comes from leaving out one block
 * after the other. {@link io.slablab.coordinator.stats.latency.TimeWindows} merges by time what
 * several hosts recorded by their own clocks.
 *
 * <p>Values are in the unit of their histograms, nanoseconds by custom. Pure functions except for
 * the accumulator of windows, which belongs to one thread at a time; HdrHistogram decodes and adds.
 */
@NullMarked
package io.slablab.coordinator.stats.latency;

import org.jspecify.annotations.NullMarked;

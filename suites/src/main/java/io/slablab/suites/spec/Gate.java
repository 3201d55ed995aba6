package io.slablab.suites.spec;

/**
 * What counts as a regression.
 *
 * @param regression smallest loss that matters, as a share
 * @param alpha error rate
 */
public record Gate(Metric metric, double regression, double alpha) {}

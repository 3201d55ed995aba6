/**
 * Whether the statistics keep what they promise, shown on campaigns whose truth is known.
 *
 * <p>Every check makes trials, iteration by iteration, and sends them the way that measured ones
 * go: {@link io.slablab.coordinator.verdict.CampaignData} into {@link
 * io.slablab.coordinator.verdict.GainsCalculator}, which cuts warm-up, pairs blocks and gives
 * intervals; a gate's night takes its pairs from there. What is counted comes from the gains alone.
 *
 * <pre>
 *   Noise + truth -> SyntheticCampaign -> CampaignData -> Gains -> interval covers the truth?
 *                                                               -> GateNight -> alarm? found?
 * </pre>
 *
 * <p>Terms: a <em>scenario</em> is one way in which hosts disturb what they measure; a
 * <em>check</em> counts hits in tries and holds their share against a band. A share outside of its
 * band by less than chance explains is marked and no failure: a short run is a rough one.
 *
 * <p>Threads: campaigns of a check run in parallel. The result is a function of the seed and the
 * number of campaigns, whatever the number of threads.
 */
@NullMarked
package io.slablab.coordinator.selftest;

import org.jspecify.annotations.NullMarked;

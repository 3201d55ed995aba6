/**
 * What people read of a campaign: text, HTML, Markdown, and files for other tools.
 *
 * <p>Purpose: {@link io.slablab.coordinator.report.RunReader} reads a run directory into {@link
 * io.slablab.coordinator.report.RunView}; every renderer is a pure function of that view. No host
 * is asked, no statistic is computed: levels, gains, intervals and verdicts are those of
 * gains.json, and the little arithmetic here is sums and ratios of counters ({@link
 * io.slablab.coordinator.report.LockTable}) and merged histograms, by the clocks of their hosts put
 * right ({@link io.slablab.coordinator.report.HostWindows}). The trend of a page alone comes from
 * elsewhere: {@link io.slablab.coordinator.report.TrendSection} draws what the index of campaigns
 * holds of the run's suite.
 *
 * <p>Digits: the half-width of an interval to two significant digits decides how many decimals its
 * gain has. Where an interval holds 0 no difference is shown and a {@code ~} stands in the place of
 * the number; where something was not measured a {@code -} does. Neither is ever 0.
 *
 * <p>Terms: a <em>row</em> is a treatment against the baseline of its cell on one metric; the
 * <em>first metric</em> is the one the suite names first, and the story on top is about it.
 *
 * <p>What a gate says is rendered from its own record, the gravest first: text and mail, Markdown,
 * JUnit XML by the JDK's writer, JSON. {@link io.slablab.coordinator.report.GateBenchmarks} gives
 * trackers of benchmarks the levels, with an interval over blocks.
 *
 * <p>Text is ASCII; HTML is one file that loads nothing: its policy forbids the network, its charts
 * are SVG written here and uPlot inlined, and every number is in a table as well, for readers
 * without scripts.
 *
 * <p>Threads: all types are immutable or confined to one call. Memory: one run view, about 2 kB per
 * trial; histograms are merged one cell and variant at a time.
 */
@NullMarked
package io.slablab.coordinator.report;

import org.jspecify.annotations.NullMarked;

/**
 * What a campaign will do, decided before it starts: a pure function of the suite, the hosts'
 * topologies and the seed.
 *
 * <h2>Terms</h2>
 *
 * <ul>
 *   <li><b>cell</b>: one workload under one placement on one host, with all variants.
 *   <li><b>block</b>: one trial of each variant of a cell, next to each other in time; only trials
 *       of one block are compared.
 *   <li><b>round</b>: one block of every cell of a host.
 * </ul>
 *
 * <h2>Order</h2>
 *
 * Per host, rounds visit all cells in a fresh random order. An even block of a cell draws a random
 * order of its variants, the next block runs them in the reversed order, so that linear drift and
 * carry-over cancel over each pair. Random numbers come from {@link
 * io.slablab.coordinator.stats.Streams} labelled {@code cell-order} and {@code
 * variant-order/<cell>}.
 *
 * <p>A cell is planned with its fewest blocks. Where the suite has a target, cells get {@link
 * io.slablab.coordinator.plan.AddedBlock}s later, which continue the same streams: a longer plan of
 * a cell starts with the shorter one. They stand in the journal; plan.json stays as it was.
 *
 * <h2>Null cells</h2>
 *
 * Where the suite asks for them, in a tenth of all cells and at least three ({@code null-cells}) a
 * block has one trial more: the baseline under a second name. What is measured between the two is
 * noise. The blocks of all other cells stay as they were.
 *
 * <h2>Seeds</h2>
 *
 * All trials of a block have the same seed: variants meet the same random choices.
 *
 * <p>Immutable records, no I/O, no threads.
 */
@NullMarked
package io.slablab.coordinator.plan;

import org.jspecify.annotations.NullMarked;

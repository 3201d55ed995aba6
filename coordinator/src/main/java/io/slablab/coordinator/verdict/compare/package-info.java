/**
 * Two campaigns side by side: other kernel, other commit, other day.
 *
 * <p>Purpose: {@link io.slablab.coordinator.verdict.compare.Matching} finds the cells that both
 * have, {@link io.slablab.coordinator.verdict.compare.HostIdentity} says whether their hosts were
 * the same, and names the fields in which they were not.
 *
 * <p>Blocks of two campaigns are not pairs: the host drifted, was booted, was built anew between
 * them. Gains are compared by the difference of the cells' mean log ratios, as pairing took most of
 * that out of either; levels carry all of it and say so, {@code UNPAIRED}. Both by Welch's test.
 *
 * <p>Threads: all types are immutable. Nothing here reads a file.
 */
@NullMarked
package io.slablab.coordinator.verdict.compare;

import org.jspecify.annotations.NullMarked;

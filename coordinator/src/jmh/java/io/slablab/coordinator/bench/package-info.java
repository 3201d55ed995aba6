/** Benchmarks of the analysis: change points of histories, merging of histogram logs. */
@NullMarked
package io.slablab.coordinator.bench;

import org.jspecify.annotations.NullMarked;

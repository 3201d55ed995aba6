/** Benchmarks of the hot paths, beside their peers, in one interleaved run. */
@NullMarked
package io.slablab.allocator.bench;

import org.jspecify.annotations.NullMarked;

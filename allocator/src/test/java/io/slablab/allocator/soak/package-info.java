/**
 * Many random operations by several threads at once, with objects that end on another CPU than they
 * began on, while caches shrink and are destroyed.
 *
 * <p>What may not happen: an object handed out twice, one that gets lost, a broken invariant at
 * rest, memory that does not come back. {@link io.slablab.allocator.soak.SoakMain} runs as long as
 * one likes; a short run is a unit test.
 */
@NullMarked
package io.slablab.allocator.soak;

import org.jspecify.annotations.NullMarked;

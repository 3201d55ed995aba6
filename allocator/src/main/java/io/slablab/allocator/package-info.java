/** Slablab allocator. */
@NullMarked
package io.slablab.allocator;

import org.jspecify.annotations.NullMarked;

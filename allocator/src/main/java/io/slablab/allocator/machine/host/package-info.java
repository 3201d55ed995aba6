/** The real machine: pinned platform threads, real locks, off-heap memory, NUMA binding. */
@NullMarked
package io.slablab.allocator.machine.host;

import org.jspecify.annotations.NullMarked;

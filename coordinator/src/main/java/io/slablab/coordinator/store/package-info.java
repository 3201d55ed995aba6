/**
 * The run directory: made once, never overwritten, every file written under a temporary name,
 * forced to the disk and renamed.
 */
@NullMarked
package io.slablab.coordinator.store;

import org.jspecify.annotations.NullMarked;

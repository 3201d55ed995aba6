/** Slablab coordinator. */
@NullMarked
package io.slablab.coordinator;

import org.jspecify.annotations.NullMarked;

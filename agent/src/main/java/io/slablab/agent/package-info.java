/** Slablab agent. */
@NullMarked
package io.slablab.agent;

import org.jspecify.annotations.NullMarked;

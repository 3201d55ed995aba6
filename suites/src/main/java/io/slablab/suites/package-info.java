/** Slablab suites. */
@NullMarked
package io.slablab.suites;

import org.jspecify.annotations.NullMarked;

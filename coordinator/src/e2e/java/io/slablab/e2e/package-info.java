/**
 * The product from outside: the launcher, real processes, real kills. Runs in {@code mvn verify};
 * what takes minutes, the fault matrix of a lab, in profile {@code lab}.
 */
@NullMarked
package io.slablab.e2e;

import org.jspecify.annotations.NullMarked;

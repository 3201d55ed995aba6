/**
 * The product from outside: the launcher, real processes, real kills. Runs in {@code mvn verify}.
 */
@NullMarked
package io.slablab.e2e;

import org.jspecify.annotations.NullMarked;

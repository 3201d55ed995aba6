/**
 * What a suite says, as records: no I/O, no hosts. Every value has one canonical text, the one that
 * plans, cell ids and result files use.
 */
@NullMarked
package io.slablab.suites.spec;

import org.jspecify.annotations.NullMarked;

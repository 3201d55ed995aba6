/**
 * Scripts of random operations on whole stacks.
 *
 * <p>A {@link io.slablab.allocator.script.Script} is a list of steps drawn from a seed. Its {@link
 * io.slablab.allocator.script.World} is a stack under one design with caches of several shapes,
 * areas, counters, mm_structs and actions, and models that know what each of them must hold. After
 * each step everything is checked. Steps name slots, never addresses, so that any part of a script
 * is a script: a failing one is shrunk by leaving steps out, and printed.
 */
@NullMarked
package io.slablab.allocator.script;

import org.jspecify.annotations.NullMarked;

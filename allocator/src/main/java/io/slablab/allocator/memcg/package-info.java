/**
 * Memory cgroups as far as charging goes: a limit, a page counter, and a stock of charged bytes on
 * every CPU that keeps most charges off the shared counter.
 */
@NullMarked
package io.slablab.allocator.memcg;

import org.jspecify.annotations.NullMarked;

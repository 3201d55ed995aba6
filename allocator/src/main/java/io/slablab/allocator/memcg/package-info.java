/**
 * Memory cgroups as far as charging goes: a limit, a page counter, and a stock of charged bytes on
 * every CPU that keeps most charges off the shared counter. A charge belongs to the cgroup of the
 * task that takes an object or an area; whoever charges remembers the payer beside it.
 */
@NullMarked
package io.slablab.allocator.memcg;

import org.jspecify.annotations.NullMarked;

/**
 * What lives with which design, tried out: each row of the matrix watches mm_structs and tc_actions
 * under each design, through lives without a defect and through planted ones.
 *
 * <pre>
 *   row                 lives without a defect              planted
 *   a DebugFeature      use, ends on another CPU, a scan    what the feature is for
 *   LOCKDEP             the same under the full checker     allocation under locks, free under a
 *                                                           leaf, a destructor that sleeps
 *   MEMCG               two groups, and some at their       objects and areas kept, or beyond
 *                       limit, each charge refused once     a limit
 *   ALLOC_PROFILING     each area put down to its type      areas kept, and made in every life
 *   FAULT_INJECTION     between faults of each kind         a page, an object, an area and a
 *                                                           constructor that fail
 * </pre>
 *
 * <p>As posted, a refused charge breaks the next life, areas are put down to who came by when a
 * slab was made, and constructors are no fault point of their own.
 *
 * <p>This is the only part of the features that knows the users of the stack, and, as whoever
 * builds a stack, the checker of its locks.
 */
@NullMarked
package io.slablab.allocator.debug.matrix;

import org.jspecify.annotations.NullMarked;

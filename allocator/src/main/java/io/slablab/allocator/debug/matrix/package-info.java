/**
 * Which feature lives with which design, tried out: each feature watches mm_structs and tc_actions
 * under each design, through lives without a defect and through planted ones.
 *
 * <p>This is the only part of the features that knows the users of the stack.
 */
@NullMarked
package io.slablab.allocator.debug.matrix;

import org.jspecify.annotations.NullMarked;

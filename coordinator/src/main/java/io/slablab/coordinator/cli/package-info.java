/**
 * The command line: verb first, results on standard output, progress and errors on standard error.
 *
 * <p>What a user did wrong is a {@link io.slablab.coordinator.cli.UserError}: one to three lines
 * and an exit code. Anything else that is thrown is a defect of ours; it prints one line, and its
 * stack trace with {@code --debug}.
 */
@NullMarked
package io.slablab.coordinator.cli;

import org.jspecify.annotations.NullMarked;

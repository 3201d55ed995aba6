/**
 * The campaign's memory: an append-only file with one JSON record per state change.
 *
 * <p>A record counts when it is on disk: every append is forced before the caller goes on. A reader
 * tolerates a torn last line, which is what a crash in the middle of an append leaves; a broken
 * line anywhere else is an error. Times are ISO-8601 UTC.
 */
@NullMarked
package io.slablab.coordinator.journal;

import org.jspecify.annotations.NullMarked;

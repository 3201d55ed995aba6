/**
 * The index of campaigns: what run directories say, in tables, so that a lab's runs can be listed
 * and a series of gains read without opening each.
 *
 * <h2>What is the truth</h2>
 *
 * Run directories are. Everything in an index can be deleted and made again from them; a run puts
 * itself in at its end, and neither a missing nor a broken index makes a run fail. A run's rows are
 * replaced as a whole, in one transaction.
 *
 * <h2>Where</h2>
 *
 * By default a file of SQLite beside the runs; for a lab a database of PostgreSQL, in a schema of
 * its own. The migrations are one text for both. A password is never in a URL, a message or a
 * process's arguments.
 *
 * <h2>Series</h2>
 *
 * A series is a suite, host, cell, variant and metric; its points are gains with their intervals,
 * ordered by the campaigns' start. Each point carries the host's comparability key: where it
 * changes, what follows was measured on another machine, kernel or JVM, and no change of the gain
 * there is the allocator's.
 *
 * <h2>Acceptances</h2>
 *
 * What people say of a change is kept in the index and, as a line of acceptances.jsonl, in the run
 * directory with which the change begins: a rebuild brings it back.
 *
 * <h2>Size</h2>
 *
 * Trials are read from their files one at a time and written some hundreds at a time: memory does
 * not grow with their number.
 */
@NullMarked
package io.slablab.coordinator.store.index;

import org.jspecify.annotations.NullMarked;

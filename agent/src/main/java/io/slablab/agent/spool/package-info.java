/**
 * Where an agent keeps the trial that runs and the trial that ended, until the coordinator has it.
 *
 * <p>Two places and no more, because an agent runs one trial at a time and starts none while an
 * ended one waits:
 *
 * <pre>
 *   spool/running/          files of the trial that runs; gone with its agent
 *   spool/held/             files of the trial that ended, and result.json, which is written last
 *   spool/released/         acknowledged, being deleted
 * </pre>
 *
 * A trial comes from running to held by one rename after all its files were forced to the disk, and
 * leaves held by another; so that whatever dies when, held is either whole or not there.
 */
@NullMarked
package io.slablab.agent.spool;

import org.jspecify.annotations.NullMarked;

/**
 * One trial at a time per host, all hosts at once, until every planned trial is done, failed or
 * missing.
 *
 * <p>The state of a campaign is the pure value {@link
 * io.slablab.coordinator.schedule.CampaignState}; {@link
 * io.slablab.coordinator.schedule.CampaignActor} only carries it, talks to agents, writes the
 * journal and keeps the deadlines. A trial counts when its files are published and its record is in
 * the journal.
 *
 * <pre>
 *   host:  starting --ready--> idle --start--> running --done|failed--> idle ... --> drained
 *             |                  |               |
 *             +------------------+-- agent died -+--> starting again (twice), then lost
 * </pre>
 */
@NullMarked
package io.slablab.coordinator.schedule;

import org.jspecify.annotations.NullMarked;

/**
 * One trial at a time per host, all hosts at once, until every planned trial has a record or its
 * host was set aside.
 *
 * <p>{@link io.slablab.coordinator.schedule.CampaignActor} has one {@link
 * io.slablab.coordinator.schedule.HostActor} a host. What a host's actor does is decided by its
 * {@link io.slablab.coordinator.schedule.HostSession}, plain code over {@link
 * io.slablab.coordinator.schedule.AgentLife} (its agents come and go), {@link
 * io.slablab.coordinator.schedule.OpenTrial} (the trial an agent has), {@link
 * io.slablab.coordinator.schedule.HostTrials} (which trial is next), {@link
 * io.slablab.coordinator.schedule.HostRecords} (the disk) and {@link
 * io.slablab.coordinator.schedule.IncomingTrial} (files on their way). Sessions share the journal
 * and nothing else.
 *
 * <h2>When a trial counts</h2>
 *
 * Its files are fetched from the agent chunk by chunk, checked by their digests, forced and
 * renamed; its record is in the journal, forced; then the agent is told that it may forget it. A
 * coordinator that dies in between leaves the trial with its agent, and the next one fetches it; or
 * leaves it published without a record, and the next one gives it its record.
 *
 * <h2>When a trial was disturbed</h2>
 *
 * A {@link io.slablab.coordinator.schedule.TrialJudge} looks at the evidence in its trial.json. One
 * that stood still for half a second, its host frozen or paused, is disturbed as well. A disturbed
 * run is journaled, its files are put aside and the trial runs again, a bounded number of times;
 * then it has failed where the suite has a contract, and else counts with its warnings. A host
 * whose agent tells of conditions that break the contract gets no further order.
 *
 * <h2>When a cell gets more blocks</h2>
 *
 * Where the suite has a target, a host whose trials are all recorded asks {@link
 * io.slablab.coordinator.schedule.AdaptiveBlocks} for one block more: it goes to the cell whose
 * interval is widest, is journaled first, and continues the cell's own order. Why a cell got no
 * more is journaled as well.
 *
 * <h2>When a host fails</h2>
 *
 * An agent that ended, hangs or is not reachable is started again. What was open then is known from
 * the next agent of that host: it runs the trial still, holds its result, or knows nothing of it,
 * and then the trial has failed. A host that fails several times in a row with no trial done in
 * between is set aside, whether its agents fail or its trials; the trials that it has not run are
 * missing, and can be resumed. A variant that was never done on a host where others were has failed
 * by itself, and the host goes on. All waits are in {@link
 * io.slablab.coordinator.schedule.Deadlines}.
 */
@NullMarked
package io.slablab.coordinator.schedule;

import org.jspecify.annotations.NullMarked;

/**
 * What a host was like when it was measured, and what made it noisy.
 *
 * <p>Terms: <em>identity</em> fields say which machine, kernel and JVM it is; their digests are the
 * {@linkplain io.slablab.agent.conditions.ComparabilityKeys keys} by which results compare.
 * <em>State</em> fields can be set by people and are checked by contract. <em>Evidence</em> fields
 * change by themselves and explain noise. A field that cannot be read is in {@code absent} with its
 * reason, never zero or empty.
 *
 * <p>{@link io.slablab.agent.conditions.HostConditions} is taken once per agent, and so once per
 * boot of its host. Its {@linkplain io.slablab.agent.conditions.Finding findings}, one for each
 * check a contract may name, are drawn from the fields alone: a recorded machine has the same ones
 * wherever it is read. A check whose field is absent is unknown, which keeps no contract.
 *
 * <p>{@link io.slablab.agent.conditions.WindowEvidence} is what happened between two moments,
 * around a measured window:
 *
 * <ul>
 *   <li>Foreign CPU time = busy time of the measured CPUs, steal excluded, less the CPU time of the
 *       measuring process, at least 0. The kernel counts the former in ticks of 10 ms.
 *   <li>Migrations of the workers, which are pinned: any one is a fault.
 *   <li>Throttling by heat, counted by the processor, and by the CPU quota of a cgroup.
 *   <li>The frequency at both ends.
 * </ul>
 *
 * <p>What no file tells, that the whole host stood still, the measuring process sees by a clock of
 * its own: {@code longestPauseNs} of {@code io.slablab.agent.trial}.
 *
 * <p>Everything comes from files below a root; any thread; some milliseconds.
 */
@NullMarked
package io.slablab.agent.conditions;

import org.jspecify.annotations.NullMarked;

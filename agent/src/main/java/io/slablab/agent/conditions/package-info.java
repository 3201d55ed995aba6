/**
 * What a host was like when it was measured.
 *
 * <p>Terms: <em>identity</em> fields say which machine it is; two results compare only when they
 * are equal. <em>State</em> fields can be set by people and are checked by contract.
 * <em>Evidence</em> fields change by themselves and explain noise. A field that cannot be read is
 * in {@code absent} with its reason, never zero or empty.
 *
 * <p>{@link io.slablab.agent.conditions.HostConditions} is taken once per agent; {@link
 * io.slablab.agent.conditions.CpuEvidence} twice around a measured window, and the difference is
 * what happened in it. Foreign CPU time of a window = busy time of the measured CPUs, steal
 * excluded, less the CPU time of the measuring process, at least 0; the kernel counts the former in
 * ticks of 10 ms.
 *
 * <p>Everything comes from files below a root; any thread; some milliseconds.
 */
@NullMarked
package io.slablab.agent.conditions;

import org.jspecify.annotations.NullMarked;

/**
 * What travels between coordinator and agent: sealed commands and events, records of plain data.
 *
 * <p>Every message is {@link io.slablab.agent.protocol.Wire}, which Pekko serialises as CBOR; Java
 * serialisation is off. Messages carry the trial's id and are idempotent by it: an agent that gets
 * the same {@link io.slablab.agent.protocol.AgentCommand.RunTrial} twice runs it once. Failures
 * travel as data ({@link io.slablab.agent.protocol.TrialEvent.Failed}), never as exceptions.
 *
 * <pre>
 *   coordinator                          agent
 *     Describe        ----------------->
 *                     <-----------------   HostDescribed
 *     RunTrial        ----------------->
 *                     <-----------------   Accepted | Busy
 *                     <-----------------   Progress ...
 *                     <-----------------   Finished | Failed
 *     Shutdown        ----------------->   (process ends)
 * </pre>
 */
@NullMarked
package io.slablab.agent.protocol;

import org.jspecify.annotations.NullMarked;

/**
 * What travels between coordinator and agent: sealed commands and events, records of plain data.
 *
 * <p>Every message is {@link io.slablab.agent.protocol.Wire}, which Pekko serialises as CBOR; Java
 * serialisation is off. Failures travel as data, never as exceptions.
 *
 * <h2>Exactly once</h2>
 *
 * A message may be lost or come twice; a process may die between any two. A trial counts once all
 * the same:
 *
 * <ul>
 *   <li>The agent keeps an ended trial on its disk until {@link
 *       io.slablab.agent.protocol.AgentCommand.Acknowledge} names its digest. Until then it starts
 *       no other trial and tells {@link io.slablab.agent.protocol.TrialEvent.Ended} again: when
 *       asked for another trial, when a coordinator attaches, and every few seconds.
 *   <li>The coordinator acknowledges after the trial's files have their final name and the journal
 *       has its record, both forced to the disk. A trial the journal has is acknowledged again and
 *       counted no second time.
 *   <li>A coordinator starts a trial by its id and attempt; an agent that runs it already says so
 *       and does not start it again.
 * </ul>
 *
 * <pre>
 *   coordinator                          agent
 *     Attach          ----------------->
 *                     <-----------------   HostDescribed | AttachRefused
 *     RunTrial        ----------------->
 *                     <-----------------   Accepted | Busy
 *                     <-----------------   Progress ...
 *                     <-----------------   Ended (files and digests)
 *     SendChunk       ----------------->
 *                     <-----------------   Chunk (at most 100 KiB) | NotHeld
 *       ... one chunk at a time, each asked for: the coordinator sets the pace ...
 *     Acknowledge     ----------------->   (files are deleted)
 *     Shutdown        ----------------->   (process ends)
 * </pre>
 *
 * <h2>Connections</h2>
 *
 * A campaign is a Pekko cluster in the form of a star: one node with the role coordinator, one with
 * the role agent for each host, and no agent needs to reach another. All connections are mutual TLS
 * ({@link io.slablab.agent.protocol.LabTls}). An agent {@link
 * io.slablab.agent.protocol.DoorMessage.Knock}s before it joins. Once inside it answers {@link
 * io.slablab.agent.protocol.LinkMessage.Beat}s, except while a trial is measured: it asks for
 * {@link io.slablab.agent.protocol.PulseMessage.Quiet} first. Either side that misses the other
 * gives the connection up; the agent then looks for its coordinator, or its successor at the same
 * address, with a new node, and its trial goes on meanwhile.
 *
 * <h2>Distrust</h2>
 *
 * A path never holds text from another machine: files travel as {@link
 * io.slablab.agent.protocol.TrialFile} constants with a limit of size each, and {@link
 * io.slablab.agent.protocol.TrialResult#fault} says what is wrong with a result before a byte of it
 * is asked for.
 */
@NullMarked
package io.slablab.agent.protocol;

import org.jspecify.annotations.NullMarked;

/**
 * Looks at hosts, brings agents to them and takes them away again.
 *
 * <p>A host is reached by its {@link io.slablab.coordinator.deploy.ssh.HostShell}: this machine's
 * own, or an SSH login. What runs there are small scripts of POSIX sh, each described in its head;
 * what they print is taken as data of a stranger: parsed by closed grammars, bounded in size, never
 * used as a path.
 *
 * <p>{@link io.slablab.coordinator.deploy.HostProbe} asks a host in one command what it is, {@link
 * io.slablab.coordinator.deploy.HostCheck} asks all hosts at once and judges the answers.
 *
 * <p>An agent on this machine is a child JVM whose standard input is a life line. When the
 * coordinator goes, however it goes, the agent reads end of file and ends itself and its trial.
 *
 * <p>An agent on another machine outlives the connection that started it. Its jars are sent once,
 * by content, and checked by their digests at every start. What proves who it is comes as files
 * that only its user can read. It leaves records of its process ({@code launch.sh}), by which later
 * starts know it: one whose coordinator is gone makes way, one that has a coordinator is let alone.
 *
 * <pre>
 *   WORKDIR/ jars/SHA256  archives/HASH/NAME  campaigns/CAMPAIGN/HOST/{agent,lease,agent.log,identity,spool}
 * </pre>
 */
@NullMarked
package io.slablab.coordinator.deploy;

import org.jspecify.annotations.NullMarked;

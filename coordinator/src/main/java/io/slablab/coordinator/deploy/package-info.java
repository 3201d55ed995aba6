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
 */
@NullMarked
package io.slablab.coordinator.deploy;

import org.jspecify.annotations.NullMarked;

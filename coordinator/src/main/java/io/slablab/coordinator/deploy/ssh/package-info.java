/**
 * SSH to hosts: commands, files and forwarded ports, behind {@link
 * io.slablab.coordinator.deploy.ssh.SshConnection}. The library is Apache MINA SSHD; no type of it
 * leaves this package.
 *
 * <h2>Logins</h2>
 *
 * With a private key, and nothing else: no password, no agent, no question. A key that others can
 * read is refused. The user's {@code ~/.ssh/config} is not read: what counts stands in the
 * inventory.
 *
 * <h2>Keys of hosts</h2>
 *
 * Every server on the way must show a key that {@code known_hosts} has for it ({@link
 * io.slablab.coordinator.deploy.ssh.KnownHosts}). A server that has none there is refused, unless
 * new ones are to be taken; one that shows another key than it had is refused always, with the line
 * that says so. Keys of a type that is known are asked for first, as ssh does. Certificates of
 * hosts are not used.
 *
 * <h2>Time and size</h2>
 *
 * Each step has a deadline; what a command prints is cut at a size. A missed deadline ends the
 * channel, not the remote process: what runs there for long watches its own standard input.
 *
 * <p>Threads: connections may be used by any thread, each call blocks its own; made for virtual
 * threads.
 */
@NullMarked
package io.slablab.coordinator.deploy.ssh;

import org.jspecify.annotations.NullMarked;

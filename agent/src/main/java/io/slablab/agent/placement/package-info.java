/**
 * Which CPUs and which memory a trial gets, and the proof that it got them.
 *
 * <p><strong>Layout algebra.</strong> A layout puts the usable CPUs of a host (online, not
 * reserved) into an order; a core count takes the first n of it; worker i runs on the i-th. A
 * <em>neighbourhood</em> is the set of CPUs that share socket, node and last-level cache.
 *
 * <ul>
 *   <li>{@code compact}: neighbourhood after neighbourhood, nearest first; in one neighbourhood one
 *       thread of each core, then the second threads. So {@code llc}, {@code node} and {@code
 *       socket} fill exactly the first cache, node or socket.
 *   <li>{@code smt}: as compact, but all threads of a core before the next core.
 *   <li>{@code scatter}: round over sockets, in each over nodes, in each over caches, in each over
 *       cores; all first threads of the host before any second one.
 *   <li>{@code per-llc}: one CPU of each cache in turn, nearest cache first; first threads before
 *       second ones.
 *   <li>{@code socket:N}, {@code node:N}: compact within that socket or node.
 * </ul>
 *
 * Core counts: {@code n}; {@code p%} of the layout's CPUs, rounded down, at least 1; {@code llc},
 * {@code node}, {@code socket}: as many CPUs of the layout as the unit of its first CPU has; {@code
 * all}. Where the kernel tells of no caches, a socket counts as one.
 *
 * <p>Two spellings that give one CPU set and one memory policy are one placement; the first in the
 * order layout, cores, memory keeps its name. A memory policy other than local has a meaning only
 * where memory outside the policy's default exists; elsewhere the placement is local with a note.
 *
 * <p><strong>Binding</strong> is asked of the kernel and read back ({@link Affinity}, {@link
 * MemoryBinding}); what was not granted is a typed failure with the name of the errno. Binding acts
 * on the calling thread alone. Needs 64-bit Linux and native access.
 */
@NullMarked
package io.slablab.agent.placement;

import org.jspecify.annotations.NullMarked;

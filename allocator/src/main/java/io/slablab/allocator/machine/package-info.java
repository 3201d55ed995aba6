/**
 * The floor every allocator stands on: virtual CPUs, locks, shared words, memory and time.
 *
 * <p>Allocator code touches threads, time, randomness, locks, shared words and bytes only through
 * these types, so that one allocator runs on real pinned threads ({@code machine.host}) and under
 * virtual time alike. Calls that only a simulated machine charges for, {@link
 * io.slablab.allocator.machine.Cpu#charge}, {@link io.slablab.allocator.machine.Cpu#read} and
 * {@link io.slablab.allocator.machine.Cpu#write}, are empty on a real one.
 *
 * <h2>Terms</h2>
 *
 * <ul>
 *   <li><b>virtual CPU</b>: an id in [0, possibleCpus) with a node and an exclusive token. Whoever
 *       holds the token <em>is</em> the CPU: per-CPU data is touched with plain loads and stores.
 *   <li><b>idle</b>: a CPU whose token nobody holds. Who needs something of it enters it for a
 *       moment.
 *   <li><b>online</b>: a CPU that can be entered; all possible ones are at first.
 *   <li><b>softirq</b>: a section of a CPU with interrupts on that may not sleep.
 *   <li><b>line</b>: a named group of fields that the design under test keeps in one 64-byte cache
 *       line. A layout change is a change of names.
 *   <li><b>cost tag</b>: a coarse piece of local work, charged from a table by a simulated machine.
 *   <li><b>lock class</b>: all locks of one role, as the kernel's lockdep and {@code perf lock}
 *       group them. A leaf class says so where it is declared.
 *   <li><b>section</b>: code with rules of its own, such as an interrupt handler or an RCU reader.
 * </ul>
 *
 * <h2>Why abstract classes</h2>
 *
 * A measured JVM loads one implementation. With an abstract class the JIT's class-hierarchy
 * analysis then binds every call directly, without a type guard; an interface would need a profile
 * at each site. A trial keeps its machine in a {@code static final} for the same reason.
 *
 * <h2>Watching</h2>
 *
 * A checker is told of sections and of what may allocate or sleep through {@link
 * io.slablab.allocator.machine.CpuWatch}. CPUs of a machine that nobody watches have empty methods
 * in its place, which the compiler removes. It stands before locks by a {@link
 * io.slablab.allocator.machine.ForwardingMachine}, and before the machine's own two by {@link
 * io.slablab.allocator.machine.CpuHotplug#guard}.
 */
@NullMarked
package io.slablab.allocator.machine;

import org.jspecify.annotations.NullMarked;

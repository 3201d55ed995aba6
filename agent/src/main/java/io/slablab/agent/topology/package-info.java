/**
 * What a host's kernel says of its processors and memory.
 *
 * <p>Terms: a <em>CPU</em> is a hardware thread as the kernel numbers it; a <em>core</em> has one
 * CPU or several <em>siblings</em>; a <em>last-level cache</em> (LLC) is the highest-level unified
 * cache of a CPU with all CPUs that share it; a <em>node</em> is a NUMA node, which may have no CPU
 * (memory behind CXL) ; a <em>socket</em> is a physical package. CPU, node and socket ids are the
 * kernel's, LLC ids count from 0 in the order of their lowest CPU, because the kernel's own cache
 * ids are optional and sparse.
 *
 * <p>Source: {@code /sys/devices/system/{cpu,node}} below a root that is an argument, so that a
 * recorded machine reads like a live one. Files are read whole: on a live kernel a short first read
 * of {@code cpulist} ends the file. What the kernel does not tell is absent here too: without cache
 * files {@code llcs} is empty, and without a {@code node} directory (NUMA not built in) the host is
 * one node with all memory of {@code /proc/meminfo}. Only online CPUs take part; sizes are bytes;
 * distances are the SLIT's, 10 for local.
 *
 * <p>All types are immutable and safe for any thread.
 */
@NullMarked
package io.slablab.agent.topology;

import org.jspecify.annotations.NullMarked;

/**
 * The page allocator: 2^order contiguous pages, NUMA aware, with watermarks.
 *
 * <h2>Terms</h2>
 *
 * <ul>
 *   <li><b>page</b>: 4096 bytes of simulated physical memory; <b>pfn</b>: its number; its address
 *       is {@code pfn << 12}, an offset into the one {@code Memory} of the allocator.
 *   <li><b>block</b>: 2^order pages whose first pfn is a multiple of 2^order, order in [0, 10].
 *   <li><b>zone</b>: the pages of one node, with one lock and one buddy system.
 *   <li><b>pcp</b>: the free pages a CPU keeps of a zone, orders 0 to 3, so that most requests take
 *       no shared lock.
 *   <li><b>watermark</b>: free pages a zone must keep for a request to be granted from it.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * Every call is made by the holder of the CPU's token. {@code pcp->lock} is only tried: who fails
 * goes to the zone. {@code zone->lock} guards the buddy lists; {@code pcp->lock} is outside of it.
 * No lock of another component is taken inside.
 *
 * <h2>Memory</h2>
 *
 * {@code managed = sum over orders of nr_free x 2^order + pages in pcps + pages in use} (INV-PA-1).
 * Eight bytes of links and two bytes of state per page; no Java object per page or block.
 *
 * <p>There is one free list per order, without migrate types: all users here (slabs, per-CPU
 * chunks, page tables) ask for unmovable pages.
 *
 * <h2>Watermarks</h2>
 *
 * {@code min_free_kbytes = sqrt(memory_kb x 16)} in [128, 262144]; per zone {@code min} is its
 * share, {@code gap = max(min / 4, managed / 1000)}, {@code low = min + gap}, {@code high = low +
 * gap}.
 *
 * <h2>When memory is short</h2>
 *
 * <pre>
 *   low mark -> wake background reclaim, then this caller's share of the reserve
 *            -> who cannot wait, or reclaims already (PF_MEMALLOC): fails
 *            -> rounds of the {@link io.slablab.allocator.page.Reclaimer}, drained lists after the first
 * </pre>
 *
 * One round for {@code NORETRY} and for orders above 3 without {@code RETRY_MAYFAIL}; else while
 * rounds help, and at most 16 in a row that do not. Then {@code RETRY_MAYFAIL} fails, and the
 * others fail unless the out-of-memory call freed something. {@code NOFAIL} may use the reserve to
 * its end and throws when that is empty; the kernel would wait for ever.
 */
@NullMarked
package io.slablab.allocator.page;

import org.jspecify.annotations.NullMarked;

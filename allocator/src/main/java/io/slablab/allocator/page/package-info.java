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
 *   <li><b>pageblock</b>: 512 pages, order 9, of one <b>migrate type</b>: unmovable, movable,
 *       reclaimable, or reserved for urgent requests of higher orders (HIGHATOMIC).
 *   <li><b>pcp</b>: the free pages a CPU keeps of a zone, orders 0 to 3 by migrate type, so that
 *       most requests take no shared lock.
 *   <li><b>zonelist</b>: nodes in the order a request asks them; of equally distant ones each
 *       preferring node has another first.
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
 * Eight bytes of links and two bytes of state per page; no Java object per page or block. A CPU has
 * a pcp of a zone once it has used it.
 *
 * <h2>Migrate types</h2>
 *
 * All pageblocks start movable. A request whose type has no block takes the largest block of
 * another: with it the pageblock, when that is free or at least half of it is free or of a like
 * kind; else it steals the smallest block that fits and leaves the type as it is. Freed pages go
 * back to the lists of their pageblock's type. Merging stops where types differ below order 9; from
 * there on a free buddy takes the type of the freed block, unless one of both is reserved.
 *
 * <h2>What a CPU keeps</h2>
 *
 * {@code high} pages, between the zone's low mark over its CPUs and an eighth of the zone over its
 * CPUs: it rises with every fetch and falls when the zone is short. At {@code high} the oldest
 * pages of each list go back, a batch at least, more after a row of frees.
 *
 * <h2>Watermarks</h2>
 *
 * {@code min_free_kbytes = sqrt(memory_kb x 16)} in [128, 262144] unless given; per zone {@code min
 * = min_free_pages x managed / lowmem}, {@code gap = max(min / 4, managed x watermark_scale_factor
 * / 10000)}, {@code low = min + gap}, {@code high = low + gap}, {@code promo = high + gap}. Of min,
 * {@code HIGH} may use half, and a quarter of that half if it cannot wait; an out-of-memory victim
 * half of what is left; {@code MEMALLOC} all. Free pages of reserved pageblocks do not count for
 * others. There is one zone per node, so that there is no lowmem_reserve.
 *
 * <h2>When memory is short</h2>
 *
 * <pre>
 *   low mark -> wake background reclaim, then this caller's share of the min mark
 *            -> who frees memory (MEMALLOC, PF_MEMALLOC, an out-of-memory victim): the reserve;
 *               a block without regard to marks is marked pfmemalloc
 *            -> who cannot wait, or reclaims already (PF_MEMALLOC): fails
 *            -> rounds of the {@link io.slablab.allocator.page.Reclaimer}, after the first, and each that helped: a reserved pageblock given up, lists drained
 * </pre>
 *
 * One round for {@code NORETRY} and for orders above 3 without {@code RETRY_MAYFAIL}; else while
 * rounds help, and at most 16 in a row that do not. Then {@code RETRY_MAYFAIL} fails, and the
 * others fail unless the out-of-memory call freed something. {@code NOFAIL} may use the reserve to
 * its end; when that is empty it begins again with reclaim, for ever if nothing comes back, as in
 * the kernel. Between the rounds it serves other CPUs, and takes what they free. One that reclaims
 * already only waits; one that cannot wait gets an exception. No injected failure meets it.
 */
@NullMarked
package io.slablab.allocator.page;

import org.jspecify.annotations.NullMarked;

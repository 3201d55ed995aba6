/**
 * The life cycle of mm_struct, the first user of per-CPU memory that exec() meets.
 *
 * <h2>Terms</h2>
 *
 * <ul>
 *   <li><b>mm</b>: an object of 1408 bytes; an offset in the object memory of its stack.
 *   <li><b>cid area</b>: what holds the concurrency id a CPU runs the mm with, on each possible
 *       CPU; 16 bytes in v6.15, a line of 64 in v7.0.
 *   <li><b>rss_stat</b>: four percpu_counters (file, anonymous, swap, shared) in one area of 16
 *       bytes per possible CPU, each on the global list of counters.
 *   <li><b>futex_ref</b>: v7.0: 4 bytes per possible CPU that a process has from its second thread
 *       on.
 *   <li><b>pgd</b>: the top-level page table, one page, on a global list under {@code pgd_lock}.
 *       Form PARTITIONED has a list and a lock per CPU: whoever must reach all tables takes one
 *       after the other.
 * </ul>
 *
 * <h2>What one life costs: locks taken and walks over all CPUs</h2>
 *
 * <table>
 *   <caption>one begin and one end</caption>
 *   <tr><th>form<th>pcpu_alloc_mutex<th>pcpu_lock<th>percpu_counters_lock<th>pgd_lock<th>walks
 *   <tr><td>RAW<td>2<td>4<td>2<td>2<td>2 to zero, 1 to set ids, 4 sums
 *   <tr><td>CONSTRUCTED<td>0<td>0<td>0<td>2<td>1 to set ids, 4 sums
 * </table>
 *
 * In v7.0 a new cid area is right as it is, zeroed: RAW walks only to zero it. A constructed one
 * must be zeroed in each life, four times as many bytes as v6.15 sets; {@code PARTITIONED} does so
 * only where the mm ran. A life with threads takes pcpu_alloc_mutex once and pcpu_lock twice more
 * for its futex_ref, unless that is a part of the one area of ONE_BLOCK and PARTITIONED.
 *
 * <h2>Per-CPU bytes of a life</h2>
 *
 * <table>
 *   <caption>on each possible CPU: with one thread, with more</caption>
 *   <tr><th>form<th>v6.15<th>v7.0
 *   <tr><td>RAW, CONSTRUCTED<td>32<td>80, 84
 *   <tr><td>ONE_BLOCK, PARTITIONED<td>32<td>84
 *   <tr><td>LAZY<td>16, 32<td>64, 84
 * </table>
 *
 * <h2>Who ends a life</h2>
 *
 * Threads and temporary users are {@code mm_users}, all of them one of the {@code mm_count}. The
 * last user unmaps, the last reference frees: {@code MmReferences}. In a handler, where {@code
 * pgd_lock} must not be taken, {@code mmdropAsync} leaves that to a worker. An exec takes no
 * further reference, so that a workload of single-threaded lives counts none.
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>The counters are exactly zero at the end of a life; one that is not is counted.
 *   <li>So are the bytes of page tables.
 *   <li>Length of the pgd list, or of all of them together, = live mms + 1.
 *   <li>A begin that fails leaves no area, no counter on the list, no charge and no pgd.
 *   <li>CONSTRUCTED: the percpu pointers of an object are constant from constructor to destructor.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * An mm belongs to one CPU at a time but for its counters, which any CPU may add to, and its
 * references. Page tables below the pgd are modelled by their bytes alone, futex_ref by its area.
 */
@NullMarked
package io.slablab.allocator.mm;

import org.jspecify.annotations.NullMarked;

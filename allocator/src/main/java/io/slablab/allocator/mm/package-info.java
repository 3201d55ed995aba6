/**
 * The life cycle of mm_struct, the first user of per-CPU memory that exec() meets.
 *
 * <h2>Terms</h2>
 *
 * <ul>
 *   <li><b>mm</b>: an object of 1408 bytes; an offset in the object memory of its stack.
 *   <li><b>cid area</b>: 16 bytes per possible CPU that hold the concurrency id a CPU runs the mm
 *       with.
 *   <li><b>rss_stat</b>: four percpu_counters (file, anonymous, swap, shared) in one area of 16
 *       bytes per possible CPU, each on the global list of counters.
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
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>The counters are exactly zero at the end of a life; one that is not is counted.
 *   <li>Length of the pgd list, or of all of them together, = live mms + 1.
 *   <li>A begin that fails leaves no area, no counter on the list, no charge and no pgd.
 *   <li>CONSTRUCTED: the percpu pointers of an object are constant from constructor to destructor.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * An mm belongs to one CPU at a time but for its counters, which any CPU may add to. {@code
 * pgtables} are modelled by their page counts alone.
 */
@NullMarked
package io.slablab.allocator.mm;

import org.jspecify.annotations.NullMarked;

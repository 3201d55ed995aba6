/**
 * The life cycle of traffic-control actions, the other user of per-CPU memory.
 *
 * <h2>Terms</h2>
 *
 * <ul>
 *   <li><b>action</b>: an object that begins with a common head of 192 bytes and ends with what its
 *       <b>kind</b> adds; an offset in the object memory of its stack.
 *   <li><b>areas</b>: with per-CPU statistics three per action, 16 + 16 + 20 bytes per possible
 *       CPU.
 *   <li><b>index</b>: how users name an action of a kind; exactly one of absent, placeholder, live.
 *   <li><b>bound</b>: referred to by a filter; references are never fewer than bindings.
 * </ul>
 *
 * <h2>What one action costs, created and released</h2>
 *
 * <table>
 *   <caption>locks taken</caption>
 *   <tr><th>form<th>pcpu_alloc_mutex<th>pcpu_lock<th>idrinfo->lock
 *   <tr><td>RAW<td>3<td>6<td>3
 *   <tr><td>CONSTRUCTED<td>0<td>0<td>3
 * </table>
 *
 * <h2>Cookies</h2>
 *
 * {@code CookieTcActions} are actions that carry up to 16 bytes of their user. Dumps read a cookie
 * inside an RCU section; replaced, or left by its action, it is freed by {@code call_rcu}. A
 * workload without cookies uses {@code TcActions}, which knows nothing of them.
 *
 * <h2>Rate estimators</h2>
 *
 * {@code RatedTcAction} gives every action of a form an estimator: one more object, the last step
 * of a create. Without memory for it everything before is undone: queue counts, hardware counts,
 * software counts, the object, the index. It is the first to go in a release, by {@code kfree_rcu}.
 * Its timer is not modelled.
 *
 * <h2>Invariants</h2>
 *
 * <ul>
 *   <li>A new action reports zero statistics, no cookie and no chain (but in faithful form).
 *   <li>No area and no index is left behind by a failure at any step.
 * </ul>
 *
 * <h2>Threads</h2>
 *
 * Index operations are safe from all CPUs at once. Statistics are plain per-CPU words of the CPU
 * that counts.
 */
@NullMarked
package io.slablab.allocator.tc;

import org.jspecify.annotations.NullMarked;

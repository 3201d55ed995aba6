/**
 * The connections of a campaign's coordinator: who is let in, and who is still there.
 *
 * <p>A host's certificate lets an agent in as that host and as no other. Inside, members of a
 * cluster trust one another: what an agent may do to others is bounded by what its messages are
 * taken for, not by who sent them.
 *
 * <p>An agent knocks at the {@link io.slablab.coordinator.deploy.link.Door} before it joins the
 * cluster, so that both sides can say in one line why it may not; the cluster itself compares
 * campaign and version once more. Once an agent is in, its {@link
 * io.slablab.coordinator.deploy.link.Pulse} tells a living agent from a dead, frozen or unreachable
 * one within five seconds. While a trial is measured it does not ask: the agent said how long that
 * may take.
 *
 * <pre>
 *   agent                         door                    pulse
 *     Knock        ------------->
 *                  <-------------   Welcome | Refused
 *     (joins the cluster)
 *     Enter        ------------->   makes the pulse
 *                  <-------------------------------------   Beat
 *     Alive        ------------------------------------->
 *     Quiet        ------------------------------------->   (no beats: a trial is measured)
 *     Loud         ------------------------------------->   (beats again)
 * </pre>
 */
@NullMarked
package io.slablab.coordinator.deploy.link;

import org.jspecify.annotations.NullMarked;

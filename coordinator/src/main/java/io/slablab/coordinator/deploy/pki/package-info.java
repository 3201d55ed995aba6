/**
 * The lab's authority: who may connect.
 *
 * <p>Each user has one lab, kept in the user's state folder and used by all campaigns:
 *
 * <pre>
 *   pki/                    0700
 *     authority/            ca.key, ca.crt: made once, for ten years
 *     coordinator/          host.key, host.crt, ca.crt: this machine as a coordinator
 *     hosts/HOST/           the same for each host
 * </pre>
 *
 * A host's key is made once; its certificate is issued anew, for the same key, when less than half
 * of its time is left, so that a campaign never outlives it. An identity reaches its host by SSH or
 * as a token that a person carries there. Keys of hosts are RSA, for the reader of keys inside the
 * transport knows no other; the authority's own is an elliptic curve's, which takes no time to
 * make.
 */
@NullMarked
package io.slablab.coordinator.deploy.pki;

import org.jspecify.annotations.NullMarked;

package io.slablab.coordinator.deploy.link;

import io.slablab.agent.protocol.ShownNames;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Hosts are who their certificates say. Before an agent can say a word the coordinator has
 * connected to the address that it gave, so that the certificate of who listens there is known; it
 * must be the host's own.
 *
 * @param names that were shown to this process
 */
record CertifiedHosts(ShownNames names) implements Door.Identities {

  @Override
  public String objection(String host, ActorRef<?> at) {
    Address node = at.path().address();
    if (node.hasLocalScope()) {
      return "it gave an address of the coordinator's own";
    }
    return names
        .at(node)
        .map(owner ->
            owner.equals(host)
                ? ""
                : "the certificate shown at %s is of %s and lets nobody in as %s"
                    .formatted(node, Door.words(owner), host))
        .orElse("nobody has shown a certificate at " + node);
  }
}

package io.slablab.agent.protocol;

import com.typesafe.config.Config;
import org.apache.pekko.event.EventStream;
import org.apache.pekko.remote.DeadlineFailureDetector;
import org.apache.pekko.remote.FailureDetectorWithAddress;

/**
 * A failure detector for a cluster that is a star: the coordinator watches every agent, an agent
 * the coordinator, and no agent another one. Agents need not reach one another, so that none may
 * say of another that it is gone.
 *
 * <p>Made by Pekko, one for each pair of nodes, from {@code pekko.cluster.failure-detector}.
 */
public final class StarFailureDetector extends DeadlineFailureDetector
    implements FailureDetectorWithAddress {
  private final String watched;
  private volatile boolean watches = true;

  /**
   * @param config holds {@code watched}: the only address to watch, empty for all
   */
  public StarFailureDetector(Config config, EventStream events) {
    super(config, events);
    this.watched = config.getString("watched");
  }

  @Override
  public void setAddress(String address) {
    watches = watched.isEmpty() || watched.equals(address);
  }

  @Override
  public boolean isAvailable() {
    return !watches || super.isAvailable();
  }
}

package io.slablab.agent.protocol;

import com.typesafe.config.Config;
import java.util.List;
import org.apache.pekko.cluster.ConfigValidation;
import org.apache.pekko.cluster.JoinConfigCompatChecker;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Lets a node into a cluster when its campaign and its version are the cluster's own. */
public final class SameCampaign extends JoinConfigCompatChecker {
  static final String CAMPAIGN = "slablab.campaign";
  static final String VERSION = "slablab.version";

  @Override
  public Seq<String> requiredKeys() {
    return CollectionConverters.asScala(List.of(CAMPAIGN, VERSION)).toSeq();
  }

  @Override
  public ConfigValidation check(Config toCheck, Config actual) {
    return fullMatch(requiredKeys(), toCheck, actual);
  }
}

package io.slablab.agent.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What an agent says to its pulse at the coordinator. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = PulseMessage.Alive.class, name = "alive"),
  @JsonSubTypes.Type(value = PulseMessage.Quiet.class, name = "quiet"),
  @JsonSubTypes.Type(value = PulseMessage.Loud.class, name = "loud")
})
public sealed interface PulseMessage extends Wire {

  /** Answers the beat of that number. */
  record Alive(long beat) implements PulseMessage {}

  /**
   * A trial is measured from now on: no beats until that is over, so that nothing of ours wakes up
   * beside it.
   *
   * @param mostNs the longest silence, in nanoseconds; beats go on after it whatever happens
   */
  record Quiet(long mostNs) implements PulseMessage {}

  /** Nothing is measured any more. */
  record Loud() implements PulseMessage {}
}

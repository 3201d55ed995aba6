package io.slablab.agent.topology;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A topology as JSON text, in two widths: the one people see, and the one that gives an equal
 * {@link Topology} back, which has the field {@code siblings} beside the others.
 */
public final class TopologyJson {
  private static final String SIBLINGS = "siblings";
  private static final ObjectMapper MAPPER =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private TopologyJson() {}

  /** What {@code slablab topology --json} prints; one line. */
  public static String print(Topology topology) {
    ObjectNode tree = MAPPER.valueToTree(topology);
    tree.remove(SIBLINGS);
    return tree.toString();
  }

  /** The complete topology for {@link #read}; one line. */
  public static String write(Topology topology) {
    return MAPPER.valueToTree(topology).toString();
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException when it is not a complete topology
   */
  public static Topology read(String json) {
    try {
      ObjectNode tree = (ObjectNode) MAPPER.readTree(json);
      if (!tree.has(SIBLINGS)) {
        throw new IllegalArgumentException("a topology without siblings cannot place trials");
      }
      return MAPPER.treeToValue(tree, Topology.class);
    } catch (JsonProcessingException | ClassCastException e) {
      throw new IllegalArgumentException("not a topology: " + e.getMessage(), e);
    }
  }
}

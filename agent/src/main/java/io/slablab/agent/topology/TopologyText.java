package io.slablab.agent.topology;

import io.slablab.agent.topology.Topology.Llc;
import io.slablab.agent.topology.Topology.Node;
import io.slablab.agent.topology.Topology.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A topology as people read it: a summary, a tree of sockets, nodes and caches, the distances. */
public final class TopologyText {
  private static final int SHOWN_CORES = 3;

  private final Topology topology;
  private final List<Row> rows = new ArrayList<>();

  private record Row(int depth, String name, String cpus, String size) {
    String label() {
      return "  ".repeat(depth) + name;
    }
  }

  private TopologyText(Topology topology) {
    this.topology = topology;
  }

  /** Lines that end with a newline each; plain ASCII, no colour. */
  public static String render(Topology topology) {
    return new TopologyText(topology).render();
  }

  private String render() {
    topology.sockets().forEach(this::addSocket);
    topology.nodes().stream().filter(node -> node.cpus().isEmpty()).forEach(this::addMemoryNode);
    return summary() + tree() + distances();
  }

  private String summary() {
    String text =
        String.join(
            ", ",
            count(topology.sockets().size(), "socket"),
            count(topology.nodes().size(), "node"),
            topology.llcs().isEmpty()
                ? "last-level caches unknown"
                : count(topology.llcs().size(), "last-level cache"),
            count(topology.cores(), "core"),
            count(topology.onlineCpus(), "CPU") + " online");
    if (!topology.offline().isEmpty()) {
      text += ", offline " + topology.offline();
    }
    return text + "\n" + smt();
  }

  private String smt() {
    if (topology.threadsPerCore() == 1) {
      return "";
    }
    String cores =
        topology.siblings().stream()
            .limit(SHOWN_CORES)
            .map(core -> "{" + core + "}")
            .collect(Collectors.joining(" "));
    String more = topology.siblings().size() > SHOWN_CORES ? " ..." : "";
    return "SMT: " + topology.threadsPerCore() + " threads a core: " + cores + more + "\n";
  }

  private void addSocket(Socket socket) {
    rows.add(new Row(0, "socket " + socket.id(), "cpus " + socket.cpus(), ""));
    List<Node> nodes =
        topology.nodes().stream().filter(node -> node.cpus().intersects(socket.cpus())).toList();
    topology.llcs().stream()
        .filter(llc -> llc.cpus().intersects(socket.cpus()))
        .filter(llc -> nodes.stream().noneMatch(node -> node.cpus().containsAll(llc.cpus())))
        .forEach(llc -> addLlc(1, llc));
    nodes.forEach(node -> addNode(node, socket));
  }

  private void addNode(Node node, Socket socket) {
    rows.add(new Row(1, "node " + node.id(), "cpus " + node.cpus(), bytes(node.memoryBytes())));
    topology.llcs().stream()
        .filter(llc -> node.cpus().containsAll(llc.cpus()) && socket.cpus().intersects(llc.cpus()))
        .forEach(llc -> addLlc(2, llc));
  }

  private void addLlc(int depth, Llc llc) {
    String size = llc.bytes() == 0 ? "" : bytes(llc.bytes());
    rows.add(new Row(depth, "LLC " + llc.id(), "cpus " + llc.cpus(), size));
  }

  private void addMemoryNode(Node node) {
    rows.add(new Row(0, "node " + node.id(), "no cpus", bytes(node.memoryBytes())));
  }

  private String tree() {
    int labels = rows.stream().mapToInt(row -> row.label().length()).max().orElse(0);
    int cpus = rows.stream().mapToInt(row -> row.cpus().length()).max().orElse(0);
    return rows.stream()
        .map(row -> pad(row.label(), labels) + "  " + pad(row.cpus(), cpus) + "  " + row.size())
        .map(line -> line.stripTrailing() + "\n")
        .collect(Collectors.joining());
  }

  private String distances() {
    List<Node> nodes = topology.nodes();
    if (nodes.size() < 2) {
      return "";
    }
    StringBuilder text = new StringBuilder("distances");
    nodes.forEach(node -> text.append(String.format(Locale.ROOT, "%5d", node.id())));
    text.append('\n');
    for (Node node : nodes) {
      text.append(String.format(Locale.ROOT, "  node %-2d", node.id()));
      IntStream.range(0, nodes.size())
          .forEach(to -> text.append(String.format(Locale.ROOT, "%5d", node.distances().get(to))));
      text.append('\n');
    }
    return text.toString();
  }

  private static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  /** Binary units with at most one decimal; whole numbers without. */
  private static String bytes(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    String number = String.format(Locale.ROOT, "%.1f", value);
    return (number.endsWith(".0") ? number.substring(0, number.length() - 2) : number)
        + " "
        + units[unit];
  }
}

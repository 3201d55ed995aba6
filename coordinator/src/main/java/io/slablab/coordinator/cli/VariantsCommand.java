package io.slablab.coordinator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.allocator.debug.matrix.DebugMatrix;
import io.slablab.allocator.machine.host.HostConfig;
import io.slablab.allocator.machine.host.HostMachine;
import io.slablab.allocator.pool.Variant;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Describes the allocator designs that a suite can name. */
@Command(
    name = "variants",
    description = {
      "List the allocator designs: locks left, memory kept, how each may fail.",
      "With --debug-matrix: which debug feature lives with which design, tried out now."
    })
final class VariantsCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String LEGEND =
      """

      Each cell: what was reported of lives without a defect, and (planted bugs found/planted).
      Planted in FAULT_INJECTION: failures; found is a life that is refused and undone.
      "as posted": constructors and destructors, and the features, as the published series has them.
      """;

  @Option(
      names = "--debug-matrix",
      description =
          "Run every debug feature, lockdep, memcg, profiling and fault injection under every"
              + " design that changes what a free object is, with and without planted bugs; takes"
              + " seconds.")
  private boolean debugMatrix;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws JsonProcessingException {
    PrintWriter out = spec.commandLine().getOut();
    if (debugMatrix) {
      DebugMatrix matrix = DebugMatrix.run(() -> HostMachine.of(HostConfig.uniform(2, 1)));
      out.print(
          json
              ? JSON.writerWithDefaultPrettyPrinter().writeValueAsString(cells(matrix)) + "\n"
              : matrix.text() + LEGEND);
    } else if (json) {
      out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(facts()));
    } else {
      for (Variant variant : Variant.values()) {
        out.println(variant.id());
        out.println("  " + variant.description());
        out.println("  locks left:  " + variant.hotLocks());
        out.println("  idle memory: " + variant.idleBound());
        out.println("  may fail:    " + variant.failureModes());
      }
    }
    return ExitCode.OK;
  }

  private static List<Map<String, Object>> cells(DebugMatrix matrix) {
    return matrix.cells().stream().map(VariantsCommand::cell).toList();
  }

  private static Map<String, Object> cell(DebugMatrix.Cell cell) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("feature", cell.row().name());
    facts.put("user", cell.user().name());
    facts.put("design", cell.design().title());
    facts.put("clean", cell.lives().clean());
    facts.put("reports", new TreeMap<>(cell.lives().reports()));
    facts.put("leakedBytesPerCpu", cell.lives().leakedBytes());
    facts.put("planted", new TreeMap<>(cell.planted()));
    return facts;
  }

  private static List<Map<String, String>> facts() {
    return Arrays.stream(Variant.values()).map(VariantsCommand::facts).toList();
  }

  private static Map<String, String> facts(Variant variant) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("id", variant.id());
    facts.put("description", variant.description());
    facts.put("hotLocks", variant.hotLocks());
    facts.put("idleBound", variant.idleBound());
    facts.put("failureModes", variant.failureModes());
    return facts;
  }
}

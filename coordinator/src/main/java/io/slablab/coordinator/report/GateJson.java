package io.slablab.coordinator.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.slablab.coordinator.verdict.compare.Compared;
import io.slablab.coordinator.verdict.gate.GateReport;
import java.io.UncheckedIOException;

/** A gate's report, field by field: every block's pair is in it. */
public final class GateJson {
  private static final ObjectWriter PRETTY =
      new ObjectMapper()
          .writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));

  private GateJson() {}

  public static String text(Compared compared) {
    return text((Object) compared);
  }

  public static String text(GateReport report) {
    return text((Object) report);
  }

  /** Any record of texts and numbers; line ends are the same on every system. */
  static String text(Object record) {
    try {
      return PRETTY.writeValueAsString(record) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e); // such records always have a JSON form
    }
  }
}

package io.slablab.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slablab.coordinator.inventory.Host;
import io.slablab.suites.spec.Contract;
import io.slablab.suites.spec.HostCheck;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PreflightTest {
  private static final Contract NO_LOAD =
      new Contract(List.of(HostCheck.LOAD), 0.01, 0.02, 2, true);
  private static final List<Host> HOSTS = List.of(host("a"), host("b"));

  private static Host host(String name) {
    return Host.local(name);
  }

  private static String load(String verdict) {
    return """
    {"checks":[{"check":"load","verdict":"%s","found":"9.50","why":"w","fix":"f"}]}
    """
        .formatted(verdict);
  }

  @Test
  void everyBreachOnEveryHostInOnePassWithExitCodeSix() {
    assertThatThrownBy(() ->
            Preflight.check(
                Optional.of(NO_LOAD), HOSTS, _ -> List.of(load("noisy"), load("noisy"))))
        .isInstanceOfSatisfying(
            UserError.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(6);
              assertThat(e)
                  .hasMessageContaining("nothing was measured")
                  .hasMessageContaining("host a: load: 9.50")
                  .hasMessageContaining("host b: load: 9.50");
            });
  }

  @Test
  void quietHostsPassAndWithoutContractNobodyIsAsked() throws Exception {
    Preflight.check(Optional.of(NO_LOAD), HOSTS, _ -> List.of(load("ok"), load("ok")));
    Preflight.Probe nobody =
        host -> {
          throw new AssertionError("asked " + host);
        };
    Preflight.check(Optional.empty(), HOSTS, nobody);
    Preflight.check(Optional.of(new Contract(List.of(), 0.01, 0.02, 2, true)), HOSTS, nobody);
  }
}

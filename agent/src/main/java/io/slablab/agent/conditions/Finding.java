package io.slablab.agent.conditions;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.slablab.suites.spec.HostCheck;

/**
 * What one check found on a host.
 *
 * @param check id of the check
 * @param verdict ok, noisy or unknown
 * @param found what the host says; where unknown, why it says nothing
 * @param why what it does to measurements; empty unless noisy
 * @param fix a command as root or what else would do; empty unless noisy
 */
@JsonPropertyOrder({"check", "verdict", "found", "why", "fix"})
public record Finding(String check, String verdict, String found, String why, String fix) {
  static final String OK = "ok";
  static final String NOISY = "noisy";
  static final String UNKNOWN = "unknown";

  static Finding ok(HostCheck check, String found) {
    return new Finding(check.id(), OK, found, "", "");
  }

  static Finding noisy(HostCheck check, String found, String why, String fix) {
    return new Finding(check.id(), NOISY, found, why, fix);
  }

  static Finding unknown(HostCheck check, String reason) {
    return new Finding(check.id(), UNKNOWN, reason, "", "");
  }
}

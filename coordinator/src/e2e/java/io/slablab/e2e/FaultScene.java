package io.slablab.e2e;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Where a row of the fault matrix takes place.
 *
 * @param lab shared by all rows, and as it was when the row began
 * @param folder the row's own: its files, its user's state and so its authority
 * @param inventory of all hosts
 * @param campaign that is struck
 */
record FaultScene(LabHosts lab, Path folder, String inventory, LabCampaign campaign) {

  /** Where a campaign of this row has its run directory. */
  Path run(String name) {
    return folder.resolve("run-" + name);
  }

  /** Another campaign of the same user. */
  LabCampaign start(String name, String inventory, String hosts) throws IOException {
    return LabCampaign.start(folder, run(name), inventory, hosts);
  }

  /** The folder of the authority of a user; {@code state} is who runs the campaigns. */
  Path pki(String user) {
    return folder.resolve(user).resolve("slablab").resolve("pki");
  }
}

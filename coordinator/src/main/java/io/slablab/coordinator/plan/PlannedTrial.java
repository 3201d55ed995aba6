package io.slablab.coordinator.plan;

/**
 * One trial, at its place in the order of its host.
 *
 * @param id unique in the campaign: host/cell/block-variant, as its folder is called
 * @param cell id of the cell
 * @param block from 0
 * @param position place of the variant within its block, from 0
 * @param variant name of the variant
 */
public record PlannedTrial(String id, String cell, int block, int position, String variant) {

  static PlannedTrial of(String host, String cell, int block, int position, String variant) {
    String folder = String.format("%04d-%s", block, variant);
    return new PlannedTrial(host + "/" + cell + "/" + folder, cell, block, position, variant);
  }
}

package io.llmcluster.patterns.model;

import java.util.List;

/**
 * What an agent would like to speak through. The first name that is there wins; without one, the
 * model that has most of the wished properties.
 *
 * @param names in order of preference
 * @param families wished ones
 * @param capabilities wished ones
 * @param minBillions parameters at least, billions; 0: no wish
 * @param maxBillions parameters at most, billions; 0: no wish
 */
public record ModelPreference(
    List<String> names,
    List<String> families,
    List<String> capabilities,
    double minBillions,
    double maxBillions) {

  public static final ModelPreference NONE =
      new ModelPreference(List.of(), List.of(), List.of(), 0, 0);

  public ModelPreference {
    names = List.copyOf(names);
    families = List.copyOf(families);
    capabilities = List.copyOf(capabilities);
  }

  /** How many of the wishes a model meets. */
  int met(ModelInfo model) {
    int met = families.contains(model.family()) ? 1 : 0;
    met += (int) capabilities.stream().filter(model.capabilities()::contains).count();
    met += minBillions > 0 && model.billions() >= minBillions ? 1 : 0;
    met += maxBillions > 0 && model.billions() > 0 && model.billions() <= maxBillions ? 1 : 0;
    return met;
  }
}

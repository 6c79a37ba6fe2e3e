package io.llmcluster.patterns;

import io.llmcluster.patterns.auto.Auto;
import io.llmcluster.patterns.debate.Debate;
import io.llmcluster.patterns.decompose.Decompose;
import io.llmcluster.patterns.ensemble.EnsemblePattern;
import io.llmcluster.patterns.maestro.Maestro;
import io.llmcluster.patterns.program.Pattern;
import java.util.List;

/** The patterns that this program knows. */
public final class BuiltInPatterns {

  private BuiltInPatterns() {}

  /** Each in every version of which workflows may still be there. */
  public static List<Pattern> all() {
    return List.of(new EnsemblePattern(), new Debate(), new Maestro(), new Decompose(), new Auto());
  }
}
